internal import FoundationEssentials
internal import LinuxSystem

/// A folder of one test's own, removed with all in it when the test lets go of it.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// In memory unless `onDisk`: hundreds of repositories are made and synchronized, and none needs to last.
    package init(onDisk: Bool = false) throws {
        path = Self.newPath(onDisk: onDisk)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A copy of another one as it stands.
    package init(copyOf other: TemporaryFolder) throws {
        path = Self.newPath(onDisk: false)
        try FileManager.default.copyItem(atPath: other.path, toPath: path)
    }

    private static func newPath(onDisk: Bool) -> String {
        let memory = "/dev/shm"
        let disk = FileManager.default.temporaryDirectory.path()
        let base = !onDisk && FileManager.default.isWritableFile(atPath: memory) ? memory : disk
        return "\(base)/lifeboat-test-\(UUID().uuidString)"
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// All files below, by name relative to the folder.
    package func files() throws -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        for name in try Files.filesBelow(path) { result[name] = try contents(name) }
        return result
    }

    package func contents(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url(name))) }
    package func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: url(name)) }
    package func remove(_ name: String) throws { try FileManager.default.removeItem(at: url(name)) }

    /// Puts a file back as it was before `body` altered it.
    package func restoring(_ name: String, _ body: () throws -> Void) throws {
        let before = try contents(name)
        defer { try? write(before, to: name) }
        try body()
    }

    private func url(_ name: String) -> URL { URL(filePath: "\(path)/\(name)") }
}

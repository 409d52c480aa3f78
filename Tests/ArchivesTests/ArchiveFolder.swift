import LinuxSystem

/// A directory of one test, in which outside tools make and open archives.
final class ArchiveFolder {
    let path: String

    struct Failure: Error, CustomStringConvertible { var description: String }

    init() throws {
        let name = try RunningSystem.randomBytes(6).map { String($0, radix: 16) }.joined()
        path = "/var/tmp/lifeboat-test-\(name)"
        try Files.makeDirectories(path)
    }

    deinit { _ = try? ChildProcess.run(["rm", "-rf", "--one-file-system", path]) }

    @discardableResult
    func run(_ script: String) throws -> String {
        let result = try ChildProcess.run(["bash", "-euo", "pipefail", "-c", "cd '\(path)'; \(script)"])
        guard result.status.isSuccess else { throw Failure(description: "\(script): \(result.errorText)") }
        return String(decoding: result.output, as: UTF8.self)
    }

    subscript(name: String) -> String { "\(path)/\(name)" }
}

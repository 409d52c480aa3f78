import BlockDevices
import LinuxSystem
import Testing

/// A loop device over an image file, detached when the test ends. Needs root, as all tests of block devices do.
final class LoopDevice {
    let path: String

    init(over image: String, sectorSize: Int = 512, readOnly: Bool = false) throws {
        let mode = readOnly ? ["--read-only"] : []
        path = try run(["losetup", "--find", "--show", "--sector-size", "\(sectorSize)"] + mode + [image])
    }

    deinit {
        _ = try? ChildProcess.run(["partx", "-d", path])
        _ = try? ChildProcess.run(["losetup", "-d", path])
    }
}

/// Runs a program that must succeed; gives what it printed, without the final line feed.
@discardableResult
func run(_ arguments: String...) throws -> String { try run(arguments) }

@discardableResult
func run(_ arguments: [String]) throws -> String {
    let result = try ChildProcess.run(arguments)
    try #require(result.status.isSuccess, "\(arguments): \(result.errorText)")
    return String(decoding: result.output, as: UTF8.self).trimmed
}

extension String {
    var trimmed: String {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

/// Makes a sparse image of `mebibytes`.
func image(_ path: String, mebibytes: Int) throws {
    try FileDescriptor(path, [.write, .createNew]).truncate(to: UInt64(mebibytes) << 20)
}

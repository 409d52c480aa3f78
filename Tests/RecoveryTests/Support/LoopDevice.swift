import LinuxSystem
import Testing

/// A loop device over an image file, detached when the test ends. Needs root, as all tests of block devices do.
final class LoopDevice {
    let path: String

    init(over image: String, sectorSize: Int = 512) throws {
        let result = try ChildProcess.run([
            "losetup", "--find", "--show", "--sector-size", "\(sectorSize)", image,
        ])
        try #require(result.status.isSuccess, "\(result.errorText)")
        path = String(decoding: result.output.filter { $0 > 0x20 }, as: UTF8.self)
    }

    deinit {
        _ = try? ChildProcess.run(["partx", "-d", path])
        _ = try? ChildProcess.run(["losetup", "-d", path])
    }

}

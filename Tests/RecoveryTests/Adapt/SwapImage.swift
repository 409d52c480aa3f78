import LinuxSystem
import Testing

/// Swap space made by mkswap, suspended to as the kernel does it, judged by blkid.
enum SwapImage {
    static let uuid = "2f7b1c9e-4a55-4f0d-9d2e-0c7a5b8f6e31"

    /// Makes swap of 2 MiB in `path`, which may be longer.
    static func make(_ path: String, pageSize: Int = 4096) throws {
        if !Files.exists(path) {
            try Files.write([], to: path)
            try FileDescriptor(path, [.write]).truncate(to: 2 << 20)
        }
        let result = try ChildProcess.run([
            "mkswap", "--pagesize", "\(pageSize)", "-U", uuid, "-L", "sleepy", path,
        ])
        try #require(result.status.isSuccess, "\(result.errorText)")
    }

    /// `mark_swapfiles` of kernel/power/swap.c: the old signature moves before the new one, the header of the image before that.
    static func suspend(
        _ path: String, as signature: String = "S1SUSPEND\0", original: String? = nil, pageSize: Int = 4096,
        at offset: UInt64 = 0
    ) throws {
        let file = try FileDescriptor(path, [.write])
        let end = offset + UInt64(pageSize)
        let old = try FileDescriptor(path).bytes(10, at: end - 10)
        // hw_sig, crc32, image, flags.
        try file.write([1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0], at: end - 40)
        try file.write(original.map { Array($0.utf8) } ?? old, at: end - 20)
        try file.write(Array(signature.utf8), at: end - 10)
        // The image itself, which stays where it is.
        try file.write(Array("what was in memory".utf8), at: offset + 1 << 20)
    }

    /// TYPE, UUID and LABEL.
    static func judge(_ path: String, at offset: UInt64 = 0) throws -> [String] {
        let result = try ChildProcess.run(["blkid", "-p", "-O", "\(offset)", "-o", "export", path])
        let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init)
        return ["TYPE=", "UUID=", "LABEL="].map { key in lines.first { $0.hasPrefix(key) } ?? "no \(key)" }
    }

    static let asleep = ["TYPE=swsuspend", "UUID=\(uuid)", "LABEL=sleepy"]
    static let awake = ["TYPE=swap", "UUID=\(uuid)", "LABEL=sleepy"]
}

internal import LinuxSystem

/// A read-only loop device over one run of a disk, for tools that want a device. Detached with its owner.
struct ToolDevice: ~Copyable {
    let path: String

    /// Attaches `length` bytes of the file or device `file` from `offset` (`losetup(8)`). Needs root.
    init(file: String, offset: UInt64, length: UInt64) throws(FileSystemError) {
        let attached = try ToolRun.output(
            ["losetup", "--read-only", "--show", "--find", "--offset", "\(offset)", "--sizelimit", "\(length)", file],
            package: "mount")
        let name = String(decoding: attached.output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard name.count == 1, let path = name.first, path.hasPrefix("/dev/loop") else {
            throw FileSystemError(.tool, "losetup named no device")
        }
        self.path = String(path)
    }

    deinit {
        // A device that stays attached costs nothing but its number, and there is nobody to tell.
        _ = try? ToolRun.output(["losetup", "--detach", path], package: "mount")
    }
}

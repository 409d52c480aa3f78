package import BlockDevices
internal import Buffers
internal import LinuxSystem

extension ImageFormat {
    /// The format of a regular file, by its magic bytes and never by its name; raw when nothing matches.
    ///
    /// Throws `inputOutput` for a VHD whose end is missing: QEMU would read it, and zeros for what was cut off.
    package static func detect(_ path: String) throws(BlockDeviceError) -> ImageFormat {
        let start: [UInt8]
        let end: [UInt8]
        let size: UInt64
        do throws(SystemCallError) {
            let file = try FileDescriptor(path)
            size = try file.status().sizeInBytes
            start = try file.bytes(512, at: 0)
            end = try file.bytes(512, at: size < 512 ? 0 : size - 512)
        } catch {
            throw BlockDeviceError("Cannot read \(path)", error)
        }
        if start.starts(with: [0x51, 0x46, 0x49, 0xFB]) { return .qcow2 }
        if start.starts(with: "vhdxfile".utf8) { return .vhdx }
        if start.starts(with: "KDMV".utf8) || start.starts(with: "COWD".utf8) { return .vmdk }
        if start.starts(with: "# Disk DescriptorFile".utf8) { return .vmdk }
        let footer = VHDFooter(end)
        if let first = VHDFooter(start) {
            guard footer == first else {
                throw BlockDeviceError(
                    .inputOutput,
                    "Cannot read \(path): it begins as a VHD image and does not end as one. It was cut off or is still "
                        + "being written. Copy it again.")
            }
            return .vhd
        }
        // A fixed VHD is a raw disk with a footer behind it.
        if let footer, footer.isFixed, footer.diskSize == size - 512 { return .vhd }
        return .raw
    }
}

extension FileDescriptor {
    /// Up to `count` bytes from `offset`; fewer only at the end of the file.
    fileprivate func bytes(_ count: Int, at offset: UInt64) throws(SystemCallError) -> [UInt8] {
        let room = AlignedBuffer(capacity: count).all
        let length = try read(into: room, at: offset)
        return room[0..<length].withBytes { Array($0) }
    }
}

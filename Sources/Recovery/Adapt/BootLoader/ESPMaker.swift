internal import Buffers
internal import Digests
internal import LinuxSystem

/// Makes the bytes of an empty FAT32 file system with mkfs.vfat of dosfstools.
package struct ESPMaker {
    /// FAT32 has at least 65525 clusters: of one sector each, 512 bytes fit into 64 MiB, and 4096 need 260.
    package static func minimum(sectorSize: UInt64) -> UInt64 { sectorSize == 512 ? 64 << 20 : 260 << 20 }
    /// Room for kernels of other loaders, should the system ever want to keep them there.
    package static let maximum: UInt64 = 512 << 20

    package let sizeInBytes: UInt64
    package let sectorSize: UInt64
    /// The number by which fstab finds it.
    package let serial: UInt32

    package init(sizeInBytes: UInt64, sectorSize: UInt64, serial: UInt32) {
        self.sizeInBytes = sizeInBytes
        self.sectorSize = sectorSize
        self.serial = serial
    }

    /// "3F2A-91C0".
    package var uuid: String {
        let digits = (0..<4).reversed().map { GUIDText.hex(UInt8(truncatingIfNeeded: serial >> (8 * UInt32($0)))) }
        return (digits[0] + digits[1] + "-" + digits[2] + digits[3]).uppercased()
    }

    /// From the beginning to the end of the root directory: all that is not data of files. What lies behind may hold anything.
    package func bytes() throws(RecoveryError) -> [UInt8] {
        let path = try ESPFiles.temporaryFile()
        defer { _ = try? Files.remove(path) }  // a leftover in /tmp harms nobody
        let digits = uuid.filter { $0 != "-" }
        do {
            try FileDescriptor(path, [.write, .createNew]).truncate(to: sizeInBytes)
            let made = try ChildProcess.run(
                [
                    "mkfs.vfat", "-F", "32", "-S", "\(sectorSize)", "-s", "\(sectorsPerCluster)", "-n", "ESP",
                    "--invariant", "-i", digits, path,
                ])
            guard made.status.isSuccess else {
                throw RecoveryError(.failed, "Cannot make a FAT file system: \(made.errorText)")
            }
            let head = AlignedBuffer(capacity: 512)
            let file = try FileDescriptor(path)
            try file.readFully(into: head.all, at: 0)
            let boot = head.all.withBytes { Array($0) }
            let reserved = UInt64(boot.littleEndian(UInt16.self, at: 14))
            let tables = UInt64(boot[16]) * UInt64(boot.littleEndian(UInt32.self, at: 36))
            let whole = (reserved + tables + UInt64(boot[13])) * sectorSize
            let buffer = AlignedBuffer(capacity: Int(whole))
            try file.readFully(into: buffer.all, at: 0)
            return buffer.all.withBytes { Array($0) }
        } catch let error as RecoveryError {
            throw error
        } catch {
            throw RecoveryError(.failed, "Cannot make a FAT file system.", cause: error)
        }
    }

    /// As few as keep it FAT32, up to 4096 bytes.
    private var sectorsPerCluster: UInt64 {
        var count: UInt64 = 1
        while count * sectorSize < 4_096, sizeInBytes / (2 * count * sectorSize) > 66_000 { count *= 2 }
        return count
    }

    /// Numbers for a new partition that are the same whenever they are asked for: a dry run tells what will be written.
    package static func identity(disk: [BootPartition], blocks: Range<UInt64>) -> (uuid: String, serial: UInt32) {
        let seed = disk.map(\.uuid).joined(separator: ",") + ",\(blocks.lowerBound)"
        var bytes = Array(SHA256.digest(of: Array(seed.utf8)).bytes.prefix(20))
        // Version 4, as random as any.
        bytes[7] = bytes[7] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        return (GUIDText.text(bytes[..<16]), bytes.littleEndian(UInt32.self, at: 16))
    }
}

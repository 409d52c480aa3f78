internal import CLinuxShim
internal import Glibc

/// What `stat(2)` tells of a file.
package struct FileStatus: Hashable, Sendable {
    package enum Kind: Sendable {
        case regularFile, directory, blockDevice, characterDevice, symbolicLink, other
    }

    package var kind: Kind
    package var sizeInBytes: UInt64
    /// Room that the file takes on its medium.
    package var allocatedBytes: UInt64
    /// The device that holds the file.
    package var device: DeviceNumber
    /// The device that the file stands for, when it is a device.
    package var representedDevice: DeviceNumber
    package var inode: UInt64
    package var modifiedAtUTCNanoseconds: Int64

    init(_ buffer: stat) {
        switch buffer.st_mode & S_IFMT {
        case S_IFREG: kind = .regularFile
        case S_IFDIR: kind = .directory
        case S_IFBLK: kind = .blockDevice
        case S_IFCHR: kind = .characterDevice
        case S_IFLNK: kind = .symbolicLink
        default: kind = .other
        }
        sizeInBytes = UInt64(clamping: buffer.st_size)
        allocatedBytes = UInt64(clamping: buffer.st_blocks) * 512
        device = DeviceNumber(buffer.st_dev)
        representedDevice = DeviceNumber(buffer.st_rdev)
        inode = UInt64(buffer.st_ino)
        modifiedAtUTCNanoseconds = Int64(buffer.st_mtim.tv_sec) * 1_000_000_000 + Int64(buffer.st_mtim.tv_nsec)
    }
}

/// Major and minor number of a device; the description, "8:1", is its name in `/sys/dev/block`.
package struct DeviceNumber: Hashable, CustomStringConvertible, Sendable {
    package var major: UInt32
    package var minor: UInt32

    package init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    /// Parses "8:1".
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = UInt32(parts[0]), let minor = UInt32(parts[1]) else { return nil }
        self.init(major: major, minor: minor)
    }

    init(_ device: dev_t) {
        major = linux_major(UInt64(device))
        minor = linux_minor(UInt64(device))
    }

    package var description: String { "\(major):\(minor)" }
}

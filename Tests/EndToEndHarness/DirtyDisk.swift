import Foundation

/// A disk with a past: full of 0xA5, with the partition table, LVM and md signatures of somebody else.
package enum DirtyDisk {
    /// Makes the image file `path` of `size` bytes (a multiple of 1 MiB), all of it allocated.
    package static func make(_ path: String, size: Int) throws {
        try fill(path, size: size)
        let mebibytes = size >> 20
        try Command(
            "sgdisk", "--new=1:2048:+\(mebibytes / 2)M", "--typecode=1:8e00", "--change-name=1:old-lvm",
            "--new=2:0:-2M", "--typecode=2:fd00", "--change-name=2:old-raid", path
        ).run()
        try leaveVolumeGroup(path, range: 1 << 20..<(1 + mebibytes / 2) << 20)
        try leaveArrayMember(path, size: size)
        let signatures = try Command("wipefs", "--noheadings", "--output", "TYPE,OFFSET", path).run()
        guard signatures.contains("gpt"), signatures.contains("linux_raid_member") else {
            throw HarnessError("The target \(path) was to have a stale GPT and md signature, but has:\n\(signatures)")
        }
    }

    /// Overwrites a whole disk that exists with 0xA5: what a dead host leaves behind.
    package static func destroy(_ path: String) throws {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        try fill(path, size: size)
    }

    private static func fill(_ path: String, size: Int) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw HarnessError("Cannot make \(path)")
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        let block = Data(repeating: 0xA5, count: 4 << 20)
        var left = size
        while left > 0 {
            try file.write(contentsOf: block.prefix(left))
            left -= min(left, block.count)
        }
        try file.close()
    }

    /// A physical volume with a group and a volume on it, written by LVM's own tools and never activated.
    private static func leaveVolumeGroup(_ path: String, range: Range<Int>) throws {
        let loop = try LoopDevice(path, range: range, writable: true)
        let settings = """
            devices { use_devicesfile=0 scan=["/dev"] filter=["a|^\(loop.path)$|","r|.*|"] } \
            activation { udev_sync=0 udev_rules=0 monitoring=0 } backup { backup=0 archive=0 }
            """
        let common = ["--config", settings, "--driverloaded", "n"]
        try Command(["pvcreate", "-y", loop.path] + common).run()
        try Command(["vgcreate", "old_group", loop.path] + common).run()
        try Command(["lvcreate", "-an", "-Zn", "-Wn", "-n", "root", "-l", "50%VG", "old_group"] + common).run()
    }

    /// The superblock of format 0.90 that makes the whole disk a member of an array: 64 KiB aligned, near the end.
    private static func leaveArrayMember(_ path: String, size: Int) throws {
        let numbers: [Int: UInt32] = [
            0: 0xA92B_4EFC, 1: 0, 2: 90, 5: 0x1234_5678, 7: 1, 8: UInt32(size >> 10) - 128, 9: 2, 10: 2, 11: 7,
            13: 0x9ABC_DEF0, 14: 0x1122_3344, 15: 0x5566_7788, 33: 1, 34: 2,
        ]
        var block = Data(count: 4096)
        for (index, number) in numbers {
            withUnsafeBytes(of: number.littleEndian) { block.replaceSubrange(index * 4..<index * 4 + 4, with: $0) }
        }
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64((size & ~0xFFFF) - 0x10000))
        try file.write(contentsOf: block)
        try file.close()
    }
}

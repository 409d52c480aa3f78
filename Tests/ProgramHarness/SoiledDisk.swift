import Foundation

/// A target with a past: full of 0xA5, with somebody else's partition table, LVM and md signatures, also at its end.
package enum SoiledDisk {
    package static func make(_ name: String, bytes size: Int, in scratch: Scratch) throws {
        let path = scratch(name)
        // A file that was there before may be longer.
        try? FileManager.default.removeItem(atPath: path)
        try Disk.write([UInt8](repeating: 0xA5, count: size), to: path)
        try scratch.sh("sgdisk -n 1:2048:+1M -t 1:8e00 -n 2:0:0 -t 2:fd00 '\(path)' > .sgdisk.log 2>&1")
        let first = 1 << 20
        try Disk.write(label(at: 1), to: path, at: first + 512)
        try Disk.write(array(version: 1, sector: 8), to: path, at: first + (1 << 20) + 4096)
        // md 1.0 at the end of the whole disk, 0.90 at the last full 64 KiB before it.
        let late = (size / 512 - 16) & ~7
        try Disk.write(array(version: 1, sector: UInt64(late)), to: path, at: late * 512)
        try Disk.write(array(version: 0, sector: 0), to: path, at: (size & ~0xFFFF) - 0x10000)
        let found = try scratch.sh("wipefs -n '\(path)'")
        guard found.contains("gpt"), found.contains("linux_raid_member") else {
            throw HarnessError("\(path) was to have stale signatures, but wipefs finds\n\(found)")
        }
    }

    /// A label of LVM2 for the sector that it lies in (its checksum is not that of a real one).
    private static func label(at sector: UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        bytes.replaceSubrange(0..<8, with: Array("LABELONE".utf8))
        bytes[8] = UInt8(sector)
        bytes[20] = 32
        bytes.replaceSubrange(24..<32, with: Array("LVM2 001".utf8))
        bytes.replaceSubrange(32..<64, with: Array("abcdefghijklmnopqrstuvwxyz012345".utf8))
        return bytes
    }

    /// A member of an array: superblock 1.x at `sector`, or 0.90.
    private static func array(version: UInt32, sector: UInt64) -> [UInt8] {
        var words = [UInt32](repeating: 0, count: 256)
        words[0] = 0xA92B_4EFC
        words[1] = version
        if version == 0 {
            words.replaceSubrange(2..<3, with: [90])
            for (index, word) in [(5, 0x1234_5678), (7, 1), (8, 1000), (9, 2), (10, 2), (11, 7)] {
                words[index] = UInt32(word)
            }
        } else {
            words[4] = 0xDEAD_BEEF
            words[18] = 1
            words[23] = 2
            words[36] = UInt32(truncatingIfNeeded: sector)
            // The checksum of 1.x: the sum of all words but its own (54), folded.
            let sum = words.prefix(64).reduce(UInt64(0)) { $0 + UInt64($1) }
            words[54] = UInt32(truncatingIfNeeded: (sum & 0xffff_ffff) + (sum >> 32))
        }
        return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    }
}

internal import Buffers

/// What one member of an md array says of the array: a superblock of version 1 (the kernel's `struct mdp_superblock_1`). Pure.
package struct ArrayMember: Hashable, Sendable {
    /// "web01:0".
    package var name: String
    package var level: ArrayLevel
    /// Members that the array has when it is whole.
    package var memberCount: Int
    /// Whether it held data of the array; false for a spare, a journal and a member that had failed.
    package var isActive: Bool

    /// Bytes of a superblock that are read: all fields and the roles of more members than anybody has.
    package static let length = 4096
    /// The kernel takes no more.
    private static let mostMembers = 1920

    /// nil for what is none. `bytes` begin with the superblock.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 256, bytes.littleEndian(UInt32.self, at: 0) == 0xa92b_4efc,
            bytes.littleEndian(UInt32.self, at: 4) == 1
        else { return nil }
        let count = bytes.littleEndian(UInt32.self, at: 92)
        let device = bytes.littleEndian(UInt32.self, at: 160)
        let devices = bytes.littleEndian(UInt32.self, at: 220)
        guard (1...UInt32(Self.mostMembers)).contains(count), device < devices, devices <= Self.mostMembers,
            256 + Int(device) * 2 + 2 <= bytes.count
        else { return nil }
        name = String(decoding: bytes[32..<64].prefix { $0 != 0 }, as: UTF8.self)
        level = ArrayLevel(Int32(bitPattern: bytes.littleEndian(UInt32.self, at: 72)))
        memberCount = Int(count)
        isActive = Int(bytes.littleEndian(UInt16.self, at: 256 + Int(device) * 2)) < Int(count)
    }

    /// Where the superblock of a version ("1.2", as libblkid says) begins on a member; nil for 0.90 and what is not known.
    package static func offset(version: String?, memberSize: UInt64) -> UInt64? {
        switch version {
        case "1.1": 0
        case "1.2": 4096
        // Within the last 8 to 12 KiB, at a multiple of 4 KiB.
        case "1.0" where memberSize >= 16_384: (memberSize - 8192) & ~4095
        default: nil
        }
    }
}

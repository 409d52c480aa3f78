import Buffers

/// A member of an md array as mdadm makes it: the superblock of version 1.2, field by field.
struct ArraySample {
    var level: Int32 = 1
    var members: UInt32 = 2
    var device: UInt32 = 0
    var roles: [UInt16] = [0, 1]

    static let uuid: [UInt8] = Array(0x10..<0x20)

    var superblock: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        bytes.setLittleEndian(UInt32(0xa92b_4efc), at: 0)  // magic
        bytes.setLittleEndian(UInt32(1), at: 4)  // major_version
        bytes.replaceSubrange(16..<32, with: Self.uuid)  // set_uuid
        bytes.replaceSubrange(32..<39, with: Array("web01:0".utf8))  // set_name
        bytes.setLittleEndian(UInt32(bitPattern: level), at: 72)  // level
        bytes.setLittleEndian(UInt64(2048), at: 80)  // size, in sectors
        bytes.setLittleEndian(members, at: 92)  // raid_disks
        bytes.setLittleEndian(UInt64(2048), at: 128)  // data_offset
        bytes.setLittleEndian(UInt64(2048), at: 136)  // data_size
        bytes.setLittleEndian(UInt64(8), at: 144)  // super_offset
        bytes.setLittleEndian(device, at: 160)  // dev_number
        bytes.replaceSubrange(168..<184, with: [UInt8](repeating: UInt8(device + 1), count: 16))  // device_uuid
        bytes.setLittleEndian(UInt64(17), at: 200)  // events
        bytes.setLittleEndian(UInt32(roles.count), at: 220)  // max_dev
        for (number, role) in roles.enumerated() { bytes.setLittleEndian(role, at: 256 + 2 * number) }
        bytes.setLittleEndian(checksum(bytes), at: 216)  // sb_csum
        return bytes
    }

    /// A disk without partitions that is the member.
    func disk(size: Int = 4 << 20) -> [UInt8] {
        var bytes = Content.random(size, seed: UInt64(device) + 1)
        // Nothing else may be recognised on it.
        bytes.replaceSubrange(0..<1 << 20, with: [UInt8](repeating: 0, count: 1 << 20))
        bytes.replaceSubrange(4096..<8192, with: superblock)
        return bytes
    }

    /// The kernel's calc_sb_1_csum.
    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        let size = 256 + 2 * roles.count
        var sum: UInt64 = 0
        for offset in stride(from: 0, to: size - size % 4, by: 4) {
            sum += UInt64(bytes.littleEndian(UInt32.self, at: offset))
        }
        if size % 4 == 2 { sum += UInt64(bytes.littleEndian(UInt16.self, at: size - 2)) }
        return UInt32(truncatingIfNeeded: sum & 0xffff_ffff) &+ UInt32(sum >> 32)
    }
}

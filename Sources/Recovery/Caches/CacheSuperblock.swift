internal import Buffers

/// What a device of bcache says of itself (the kernel's `struct cache_sb_disk`, Documentation/admin-guide/bcache.rst). Pure.
package struct CacheSuperblock: Hashable, Sendable {
    /// How a backing device stands to its cache.
    package enum State: UInt8, Hashable, Sendable {
        /// It has no cache.
        case none
        case clean
        /// The cache holds writes that are nowhere else.
        case dirty
        /// It ran without its cache, whose content is worth nothing since.
        case stale
    }

    package enum Kind: Hashable, Sendable {
        case cache
        case backing(State, isWriteBack: Bool)
    }

    package var kind: Kind
    /// Of the device, as 32 digits.
    package var uuid: String
    /// The cache set that both sides name, as 32 digits.
    package var set: String
    /// Of the device; empty without one.
    package var label: String
    /// Where the data of a backing device begins, in bytes.
    package var dataOffset: UInt64

    /// Where it lies, in bytes, and how much of it is read.
    package static let offset: UInt64 = 4096
    package static let length = 512

    private static let magic: [UInt8] = [
        0xc6, 0x85, 0x73, 0xf6, 0x4e, 0x1a, 0x45, 0xca, 0x82, 0x65, 0xf5, 0x7f, 0x48, 0xba, 0x6d, 0x81,
    ]
    private static let flagsOffset = 104
    private static let stateShift: UInt64 = 61

    /// nil for what is none. `bytes` begin with the superblock.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 208, Array(bytes[24..<40]) == Self.magic else { return nil }
        uuid = bytes[40..<56].map(GUIDText.hex).joined()
        set = bytes[56..<72].map(GUIDText.hex).joined()
        label = String(decoding: bytes[72..<104].prefix { $0 != 0 }, as: UTF8.self)
        let flags = bytes.littleEndian(UInt64.self, at: Self.flagsOffset)
        // BDEV_DATA_START_DEFAULT, in sectors; later versions name theirs.
        var sectors: UInt64 = 16
        switch bytes.littleEndian(UInt64.self, at: 16) {
        case 0, 3, 5: kind = .cache
        case let version where [1, 4, 6].contains(version):
            kind = .backing(State(rawValue: UInt8(flags >> Self.stateShift & 3)) ?? .none, isWriteBack: flags & 15 == 1)
            if version != 1 { sectors = bytes.littleEndian(UInt64.self, at: 184) }
        default: return nil
        }
        guard sectors < UInt64.max >> 9 else { return nil }
        dataOffset = sectors << 9
    }

    /// Of a cache: none.
    package var state: State { if case .backing(let state, _) = kind { state } else { .none } }

    /// The same of a backing device that went on without its cache, as the kernel writes it then: what a cache still holds of it is
    /// dropped when both meet, and it waits for none. nil where the checksum is wrong: then nobody knows what it is.
    package static func stale(_ bytes: [UInt8]) -> [UInt8]? {
        guard let end = end(bytes), checksum(bytes[8..<end]) == bytes.littleEndian(UInt64.self, at: 0) else {
            return nil
        }
        var bytes = bytes
        let state = UInt64(State.stale.rawValue) << stateShift
        bytes.setLittleEndian(
            bytes.littleEndian(UInt64.self, at: flagsOffset) & ~(3 << stateShift) | state, at: flagsOffset)
        bytes.setLittleEndian(checksum(bytes[8..<end]), at: 0)
        return bytes
    }

    /// The end of what has a checksum: the fields, and as many words as they say.
    private static func end(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 208 else { return nil }
        let end = 208 + 8 * Int(bytes.littleEndian(UInt16.self, at: 206))
        return end <= bytes.count ? end : nil
    }

    /// CRC-64/WE (lib/crc64.c, as drivers/md/bcache/util.h calls it).
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var sum = UInt64.max
        for byte in bytes {
            sum ^= UInt64(byte) << 56
            for _ in 0..<8 { sum = sum << 1 ^ (sum >> 63 == 1 ? 0x42f0_e1eb_a9ea_3693 : 0) }
        }
        return ~sum
    }
}

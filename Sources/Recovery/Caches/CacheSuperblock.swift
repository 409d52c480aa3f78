internal import Buffers

/// What a device of bcache says of itself (the kernel's `struct cache_sb`, Documentation/admin-guide/bcache.rst). Pure.
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
    /// The cache set that both sides name, as 32 digits.
    package var set: String

    /// Where it lies, in bytes, and how much of it is read.
    package static let offset: UInt64 = 4096
    package static let length = 512

    private static let magic: [UInt8] = [
        0xc6, 0x85, 0x73, 0xf6, 0x4e, 0x1a, 0x45, 0xca, 0x82, 0x65, 0xf5, 0x7f, 0x48, 0xba, 0x6d, 0x81,
    ]

    /// nil for what is none. `bytes` begin with the superblock.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 120, Array(bytes[24..<40]) == Self.magic else { return nil }
        set = bytes[56..<72].map(GUIDText.hex).joined()
        let flags = bytes.littleEndian(UInt64.self, at: 104)
        switch bytes.littleEndian(UInt64.self, at: 16) {
        case 0, 3, 5: kind = .cache
        case 1, 4, 6: kind = .backing(State(rawValue: UInt8(flags >> 61 & 3)) ?? .none, isWriteBack: flags & 15 == 1)
        default: return nil
        }
    }
}

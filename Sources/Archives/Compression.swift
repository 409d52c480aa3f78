/// How a stretch of an initramfs is packed, told by its first bytes (Linux, lib/decompress.c).
package enum Compression: String, Codable, Hashable, Sendable, CaseIterable {
    case none, gzip, zstd, xz, lz4, lzma, bzip2, lzo

    var magic: [UInt8] {
        switch self {
        case .none: Array("07070".utf8)
        case .gzip: [0x1f, 0x8b]
        case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
        case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a]
        case .lz4: [0x02, 0x21, 0x4c, 0x18]
        case .lzma: [0x5d, 0x00, 0x00]
        case .bzip2: [0x42, 0x5a, 0x68]
        case .lzo: [0x89, 0x4c, 0x5a, 0x4f]
        }
    }

    /// nil when the bytes are the start of nothing that is known.
    package init?(start bytes: some Collection<UInt8>) {
        guard let found = Self.allCases.first(where: { bytes.starts(with: $0.magic) }) else { return nil }
        self = found
    }
}

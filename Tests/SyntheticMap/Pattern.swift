import BlockDevices
import Buffers

/// What the disk holds: blocks of 4 KiB, by turns one of a few contents and zeros, so that no two neighbours are one extent.
struct Pattern: Sendable {
    static let blockBytes = 4_096
    /// Few, so that a map of any size needs 16 MiB of packs; many times more places than one pass of a restore has in memory.
    static let contents = 4_096

    /// All contents behind one another.
    let bytes: AlignedBuffer

    init() {
        bytes = AlignedBuffer(capacity: Self.contents * Self.blockBytes)
        bytes.all.withMutableBytes { raw in
            for offset in stride(from: 0, to: raw.count, by: 8) {
                raw.storeBytes(of: Self.scrambled(UInt64(offset)), toByteOffset: offset, as: UInt64.self)
            }
        }
    }

    /// The content of a block; nil where it is zeros.
    static func content(ofBlock block: UInt64) -> Int? {
        block % 2 == 1 ? nil : Int(scrambled(block) % UInt64(contents))
    }

    func slice(of content: Int) -> BufferSlice {
        bytes[content * Self.blockBytes..<(content + 1) * Self.blockBytes]
    }

    /// splitmix64.
    private static func scrambled(_ number: UInt64) -> UInt64 {
        var value = number &+ 0x9e37_79b9_7f4a_7c15
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

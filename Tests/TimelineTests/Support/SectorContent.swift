import Glibc

/// Sectors of 512 bytes by number: 0 is zeros, every other number has bytes of its own, spread over the whole sector.
enum SectorContent {
    static let zero: UInt32 = 0
    /// What bytes are called that no number has.
    static let foreign = UInt32.max

    private static let template: [UInt8] = (0..<512).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 3)) }

    static func fill(_ ids: ArraySlice<UInt32>, into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count == ids.count * 512, "\(ids.count) sectors into \(bytes.count) bytes")
        var offset = 0
        for id in ids {
            fill(id, into: UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + 512]))
            offset += 512
        }
    }

    private static func fill(_ id: UInt32, into sector: UnsafeMutableRawBufferPointer) {
        guard id != zero else {
            sector.initializeMemory(as: UInt8.self, repeating: 0)
            return
        }
        template.withUnsafeBytes { sector.copyMemory(from: $0) }
        sector.storeBytes(of: id, toByteOffset: 0, as: UInt32.self)
        var word = UInt64(id) &* 0x9e37_79b9_7f4a_7c15
        for offset in stride(from: 24, to: 512, by: 80) {
            sector.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
            word = (word ^ (word >> 29)) &* 0xbf58_476d_1ce4_e5b9
        }
    }

    /// The numbers of whole sectors, every byte compared.
    static func ids(of bytes: UnsafeRawBufferPointer) -> [UInt32] {
        let expected = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 8)
        defer { expected.deallocate() }
        return stride(from: 0, to: bytes.count, by: 512).map { offset in
            let sector = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 512])
            let id = sector.loadUnaligned(as: UInt32.self)
            fill(id, into: expected)
            guard let left = sector.baseAddress, let right = expected.baseAddress, memcmp(left, right, 512) == 0 else {
                return foreign
            }
            return id
        }
    }
}

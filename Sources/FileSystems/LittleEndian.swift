/// Fields of outside bytes, little-endian; traps outside the array, so lengths are checked before.
extension [UInt8] {
    func uint16(at offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }

    func uint32(at offset: Int) -> UInt32 {
        UInt32(uint16(at: offset)) | UInt32(uint16(at: offset + 2)) << 16
    }

    func uint64(at offset: Int) -> UInt64 {
        UInt64(uint32(at: offset)) | UInt64(uint32(at: offset + 4)) << 32
    }

    /// Whether the bytes from `offset` are `text`; false where the array is too short.
    func holds(_ text: StaticString, at offset: Int) -> Bool {
        text.withUTF8Buffer { expected in
            offset >= 0 && count - offset >= expected.count
                && self[offset..<offset + expected.count].elementsEqual(expected)
        }
    }
}

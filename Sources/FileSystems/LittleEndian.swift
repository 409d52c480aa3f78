internal import Buffers

/// Fields of outside bytes; traps outside the array, so lengths are checked before.
extension [UInt8] {
    func uint16(at offset: Int) -> UInt16 { littleEndian(UInt16.self, at: offset) }
    func uint32(at offset: Int) -> UInt32 { littleEndian(UInt32.self, at: offset) }
    func uint64(at offset: Int) -> UInt64 { littleEndian(UInt64.self, at: offset) }

    /// Whether the bytes from `offset` are `text`; false where the array is too short.
    func holds(_ text: StaticString, at offset: Int) -> Bool {
        text.withUTF8Buffer { expected in
            offset >= 0 && count - offset >= expected.count
                && self[offset..<offset + expected.count].elementsEqual(expected)
        }
    }
}

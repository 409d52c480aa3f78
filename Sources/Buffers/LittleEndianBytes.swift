/// Little-endian fields of partition tables and file systems. Traps outside the array: callers check lengths first.
extension [UInt8] {
    package func littleEndian<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
        precondition(
            offset >= 0 && offset + MemoryLayout<Value>.size <= count, "a field at \(offset) of \(count) bytes")
        return (0..<MemoryLayout<Value>.size).reduce(0) { $0 | Value(self[offset + $1]) << Value($1 * 8) }
    }

    package mutating func setLittleEndian<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        precondition(
            offset >= 0 && offset + MemoryLayout<Value>.size <= count, "a field at \(offset) of \(count) bytes")
        for index in 0..<MemoryLayout<Value>.size {
            self[offset + index] = UInt8(truncatingIfNeeded: value >> Value(index * 8))
        }
    }
}

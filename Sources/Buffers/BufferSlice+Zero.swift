extension BufferSlice {
    /// Whether every byte is zero. Complexity: linear, eight bytes a step.
    package var isAllZero: Bool {
        withBytes { bytes in
            var sum: UInt64 = 0
            var offset = 0
            while offset + 64 <= bytes.count {
                for step in 0..<8 { sum |= bytes.loadUnaligned(fromByteOffset: offset + step * 8, as: UInt64.self) }
                guard sum == 0 else { return false }
                offset += 64
            }
            return bytes[offset...].allSatisfy { $0 == 0 }
        }
    }
}

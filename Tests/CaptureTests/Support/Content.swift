/// Bytes of test disks, the same for the same seed.
enum Content {
    /// Without a pattern (xorshift64). `count` is a multiple of 8.
    static func random(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for offset in stride(from: 0, to: count, by: 8) {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                raw.storeBytes(of: state, toByteOffset: offset, as: UInt64.self)
            }
            initialized = count
        }
    }

    /// Data, zeros and repetitions in runs of random lengths, on and off the grid.
    static func mixed(_ count: Int, seed: UInt64) -> [UInt8] {
        var choices = random(8192, seed: seed)[...]
        var disk: [UInt8] = []
        while disk.count < count {
            let length = (Int(choices.removeFirst()) + 1) * (choices.removeFirst() < 64 ? 512 : 4096)
            switch choices.removeFirst() % 4 {
            case 0: disk += [UInt8](repeating: 0, count: length)
            case 1: disk += random(length, seed: 42)
            default: disk += random(length, seed: seed + UInt64(disk.count))
            }
            if choices.count < 8 { choices = random(8192, seed: seed + UInt64(disk.count))[...] }
        }
        return Array(disk.prefix(count))
    }
}

package import Buffers

extension WritableObjectStore {
    package func ensureAll(_ objects: [(name: String, bytes: [UInt8])]) throws(StoreError) -> [String] {
        var made: [String] = []
        for object in objects where try ensure(object.name, object.bytes) { made.append(object.name) }
        return made
    }

    /// Makes an object durable whose name vouches for its bytes, and says whether it had to be written.
    ///
    /// One that is there already is compared: a damaged one would otherwise be referred to by a new moment. It is
    /// replaced by the right bytes, which mends every older moment as well.
    package func ensure(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool {
        try (self as? any CollectableObjectStore)?.spare(name)
        if try create(name, parts) { return true }
        guard try !holds(name, parts) else { return false }
        try replace(name, parts.flatMap { part in part.withBytes { Array($0) } })
        return true
    }

    /// The same for a small object.
    package func ensure(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool {
        try (self as? any CollectableObjectStore)?.spare(name)
        if try create(name, bytes) { return true }
        // An object that cannot be read is mended like one that reads wrong.
        if let found = try? read(name, limit: bytes.count), found == bytes { return false }
        try replace(name, bytes)
        return true
    }

    private func holds(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool {
        guard try length(of: name) == parts.reduce(0, { $0 + UInt64($1.count) }) else { return false }
        let found = AlignedBuffer(capacity: 1 << 20)
        var offset: UInt64 = 0
        for part in parts {
            for start in stride(from: 0, to: part.count, by: found.capacity) {
                let expected = part[start..<min(start + found.capacity, part.count)]
                let piece = found[0..<expected.count]
                // As above: unreadable is as good as wrong.
                guard (try? read(name, at: offset, into: piece)) != nil else { return false }
                let same = expected.withBytes { left in piece.withBytes { left.elementsEqual($0) } }
                guard same else { return false }
                offset += UInt64(expected.count)
            }
        }
        return true
    }
}

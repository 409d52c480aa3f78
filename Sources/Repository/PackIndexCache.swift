package import Digests
package import RepositoryFormat
internal import Synchronization

/// Pack indexes read so far, the least recently used dropped first. Every index is checked against its pack-id.
package final class PackIndexCache: Sendable {
    fileprivate struct State {
        var entries: [Digest: (index: PackIndex, used: UInt64)] = [:]
        var clock: UInt64 = 0
        /// Segments that carry frames, by the digest under which places name them.
        var segments: [Digest: Segment] = [:]
    }

    /// Where to read the index of frames inside a segment again.
    fileprivate struct Segment {
        let name: String
        let indexLength: Int
        let length: UInt64
    }

    private let store: any ObjectStore
    private let capacity: Int
    private let state = Mutex(State())

    /// `capacity` in indexes: an index of a 16 MiB pack takes about 40 KiB.
    package init(store: any ObjectStore, capacity: Int = 256) {
        self.store = store
        self.capacity = capacity
    }

    package func index(of pack: Digest) throws(RepositoryError) -> PackIndex {
        if let known = state.withLock({ $0.lookUp(pack) }) { return known }
        let segment = state.withLock { $0.segments[pack] }
        let index: PackIndex
        if let segment {
            index = try load(segment, pack)
        } else {
            index = try Self.load(pack, from: store)
        }
        state.withLock { $0.insert(pack, index, capacity: capacity) }
        return index
    }

    /// Name of the object that holds the frames of a pack; offsets in its index count from that object's start.
    package func objectName(of pack: Digest) -> String {
        state.withLock { $0.segments[pack]?.name } ?? ObjectName.pack(pack)
    }

    /// Makes the frames inside a segment known under `id`, the digest of the segment's index part.
    func adopt(_ index: SegmentIndex, of layer: Layer, in name: String) {
        let id = layer.index.digest
        state.withLock { state in
            state.segments[id] = Segment(name: name, indexLength: Int(layer.index.length), length: layer.length)
            state.insert(id, index.inline, capacity: capacity)
        }
    }

    private func load(_ segment: Segment, _ id: Digest) throws(RepositoryError) -> PackIndex {
        let bytes: [UInt8]
        do {
            bytes = try store.read(segment.name, at: 0, count: segment.indexLength)
        } catch { throw RepositoryError(error, object: segment.name) }
        guard SHA256.digest(of: bytes) == id else {
            throw RepositoryError(.damaged, "\(segment.name) is damaged: it does not match its digest.")
        }
        return try decoding { () throws(FormatError) in
            try SegmentIndex.decode(bytes, digest: id, objectLength: segment.length)
        }.inline
    }

    /// Reads and verifies one index.
    package static func load(_ pack: Digest, from store: any ObjectStore) throws(RepositoryError) -> PackIndex {
        let subject = "The index of pack \(pack.hex.prefix(8))"
        let bytes: [UInt8]
        do {
            bytes = try store.read(ObjectName.packIndex(pack), limit: Limits.packIndex)
        } catch { throw RepositoryError(error, object: subject) }
        guard SHA256.digest(of: bytes) == pack else {
            throw RepositoryError(.damaged, "\(subject) is damaged: it does not match its name.")
        }
        return try decoding { () throws(FormatError) in try PackIndex.decode(bytes, id: pack) }
    }
}

extension PackIndexCache.State {
    fileprivate mutating func lookUp(_ pack: Digest) -> PackIndex? {
        guard let entry = entries[pack] else { return nil }
        clock += 1
        entries[pack] = (entry.index, clock)
        return entry.index
    }

    fileprivate mutating func insert(_ pack: Digest, _ index: PackIndex, capacity: Int) {
        clock += 1
        entries[pack] = (index, clock)
        guard entries.count > capacity else { return }
        // Dropping half at once keeps the search for the oldest rare.
        let cut = entries.values.map(\.used).sorted()[entries.count / 2]
        entries = entries.filter { $0.value.used >= cut }
    }
}

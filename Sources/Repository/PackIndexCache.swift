package import Digests
package import RepositoryFormat
internal import Synchronization

/// Pack indexes read so far, the least recently used dropped first. Every index is checked against its pack-id.
package final class PackIndexCache: Sendable {
    fileprivate struct State {
        var entries: [Digest: (index: PackIndex, used: UInt64)] = [:]
        var clock: UInt64 = 0
        /// Chunks and frames of all entries.
        var size = 0
        /// Packs of which only some frames are left.
        var hollow: Set<Digest> = []
        /// Segments that carry frames, by the digest under which places name them.
        var segments: [Digest: Segment] = [:]
    }

    /// Where to read the index of frames inside a segment again.
    fileprivate struct Segment {
        let name: String
        let indexLength: Int
        let length: UInt64
    }

    /// Chunks and frames of all indexes in memory, 50 bytes each: an index of a 16 MiB pack has some hundred, one of small
    /// writes that compress well a million.
    fileprivate static let entryLimit = 1 << 20

    private let store: any ObjectStore
    private let capacity: Int
    private let state = Mutex(State())

    /// `capacity` in indexes; fewer where they are large.
    package init(store: any ObjectStore, capacity: Int = 256) {
        self.store = store
        self.capacity = capacity
    }

    package func index(of pack: Digest) throws(RepositoryError) -> PackIndex {
        if let known = state.withLock({ $0.lookUp(pack) }) { return known }
        let segment = state.withLock { $0.segments[pack] }
        if let segment {
            let index = try load(segment, pack)
            state.withLock { $0.insert(pack, index, capacity: capacity) }
            return index
        }
        return try resolve(pack).index
    }

    /// The index as `usable` gives it, and which object it speaks of.
    @discardableResult
    private func resolve(_ pack: Digest) throws(RepositoryError) -> (index: PackIndex, isHollow: Bool) {
        let found = try Self.usable(pack, in: store)
        state.withLock { state in
            if found.isHollow { state.hollow.insert(pack) } else { state.hollow.remove(pack) }
            state.insert(pack, found.index, capacity: capacity)
        }
        return found
    }

    /// Looks again where the frames of a pack lie, for a reader that failed at `object`: a collection may have moved them
    /// meanwhile. Answers false when they lie where they lay.
    package func hasMoved(_ pack: Digest, from object: String, _ index: PackIndex) throws(RepositoryError) -> Bool {
        guard state.withLock({ $0.segments[pack] == nil }) else { return false }
        let found = try resolve(pack)
        return objectName(of: pack) != object || found.index != index
    }

    /// Name of the object that holds the frames of a pack; offsets in its index count from that object's start.
    package func objectName(of pack: Digest) -> String {
        state.withLock { state in
            if let segment = state.segments[pack] { return segment.name }
            return state.hollow.contains(pack) ? ObjectName.hollowPack(pack) : ObjectName.pack(pack)
        }
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

    /// The index of a pack, with the offsets that its frames have now: in the pack, or in what is left of it.
    package static func usable(
        _ pack: Digest, in store: any ObjectStore
    ) throws(RepositoryError) -> (index: PackIndex, isHollow: Bool) {
        let index = try load(pack, from: store)
        do {
            // A collection makes the hollow pack durable before it removes the whole one.
            guard try store.length(of: ObjectName.pack(pack)) == nil else { return (index, false) }
            let name = ObjectName.hollowPack(pack)
            guard try store.length(of: name) != nil else { return (index, false) }
            let start = try store.read(name, at: 0, count: HollowPack.fixedLength)
            let count = try decoding { () throws(FormatError) in try HollowPack.count(start, of: pack) }
            let table = try store.read(name, at: 0, count: HollowPack.tableLength(frames: count))
            let hollow = try decoding { () throws(FormatError) in
                try index.hollowed(try HollowPack.decode(table, of: pack))
            }
            return (hollow, true)
        } catch let error as RepositoryError {
            throw error
        } catch let error as StoreError {
            throw RepositoryError(error, object: "Pack \(pack.hex.prefix(8))")
        } catch { throw RepositoryError(.inputOutput, "Pack \(pack.hex.prefix(8)) cannot be read: \(error)") }
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
        size += Self.size(of: index) - (entries[pack].map { Self.size(of: $0.index) } ?? 0)
        entries[pack] = (index, clock)
        while entries.count > capacity || size > PackIndexCache.entryLimit, entries.count > 1 {
            // Dropping half at once keeps the search for the oldest rare.
            let cut = entries.values.map(\.used).sorted()[entries.count / 2]
            entries = entries.filter { $0.value.used >= cut }
            size = entries.values.reduce(0) { $0 + Self.size(of: $1.index) }
        }
    }

    private static func size(of index: PackIndex) -> Int { index.chunks.count + index.frames.count }
}

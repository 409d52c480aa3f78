internal import Digests
internal import RepositoryFormat

/// Places of chunks that a journal may refer to, by identity: the most recent ones, bounded.
///
/// Two generations: when the younger is full, the older is forgotten; a chunk that is used again becomes young again.
struct RecentChunks {
    private var young: [Digest: Place] = [:]
    private var old: [Digest: Place] = [:]
    private let capacity: Int

    /// `capacity` in chunks of about 80 bytes.
    init(capacity: Int = 1 << 20) { self.capacity = capacity }

    var isFull: Bool { young.count + old.count >= capacity }

    mutating func place(of identity: Digest) -> Place? {
        if let place = young[identity] { return place }
        guard let place = old[identity] else { return nil }
        insert(identity, place)
        return place
    }

    /// Forgets the chunks of some packs, by their numbers.
    mutating func forget(_ isGone: (UInt32) -> Bool) {
        young = young.filter { !isGone($0.value.pack) }
        old = old.filter { !isGone($0.value.pack) }
    }

    mutating func insert(_ identity: Digest, _ place: Place) {
        if young.count >= capacity / 2 {
            old = young
            young = [:]
        }
        young[identity] = place
    }
}

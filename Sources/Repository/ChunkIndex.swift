package import Digests
package import RepositoryFormat
internal import Synchronization

/// The chunks a capture may refer to, by identity: those of the repository's packs and those it stores itself.
///
/// Every chunk has a serial number, so that a scan's extents hold four bytes a chunk while the pack that a new chunk goes to
/// is not yet named. About 50 bytes of memory a chunk.
package final class ChunkIndex: Sendable {
    private struct State {
        var identities: [Digest] = []
        var places: [Place] = []
        /// Open addressing by the identity's first word; 0 is free, else serial + 1.
        var slots = [UInt32](repeating: 0, count: 1 << 16)

        /// The slot that holds `identity` or the free one where it belongs.
        func slot(of identity: Digest) -> Int {
            let mask = slots.count - 1
            var slot = Int(truncatingIfNeeded: identity.words.0) & mask
            while slots[slot] != 0, identities[Int(slots[slot]) - 1] != identity { slot = (slot + 1) & mask }
            return slot
        }

        mutating func insert(_ identity: Digest, _ place: Place, at slot: Int) -> UInt32 {
            let serial = UInt32(identities.count)
            identities.append(identity)
            places.append(place)
            slots[slot] = serial + 1
            if identities.count * 2 > slots.count { grow() }
            return serial
        }

        private mutating func grow() {
            slots = [UInt32](repeating: 0, count: slots.count * 2)
            for serial in identities.indices { slots[slot(of: identities[serial])] = UInt32(serial) + 1 }
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// Place of a chunk that is claimed and not yet in a pack.
    private static let unsettled = Place(pack: .max, chunk: .max)

    /// The serial of a chunk; `isNew` exactly once for each identity: that caller must store it and `settle` it.
    package func claim(_ identity: Digest) -> (serial: UInt32, isNew: Bool) {
        state.withLock { state in
            let slot = state.slot(of: identity)
            if state.slots[slot] != 0 { return (state.slots[slot] - 1, false) }
            return (state.insert(identity, Self.unsettled, at: slot), true)
        }
    }

    /// Names the place of a claimed chunk.
    package func settle(_ serial: UInt32, at place: Place) {
        state.withLock { $0.places[Int(serial)] = place }
    }

    /// Adds the chunks of a pack that is in the repository; those known already keep their place.
    package func add(_ index: PackIndex, pack: UInt32) {
        state.withLock { state in
            for frame in index.frames.indices where index.holds(frame: frame) {
                for number in index.chunks(ofFrame: frame) {
                    let identity = index.chunks[number].identity
                    let slot = state.slot(of: identity)
                    guard state.slots[slot] == 0 else { continue }
                    _ = state.insert(identity, Place(pack: pack, chunk: UInt32(number)), at: slot)
                }
            }
        }
    }

    /// Adds a chunk that a server has, unless it is known already.
    func add(_ identity: Digest, at place: Place) {
        state.withLock { state in
            let slot = state.slot(of: identity)
            if state.slots[slot] == 0 { _ = state.insert(identity, place, at: slot) }
        }
    }

    /// Those of `identities` that are neither stored nor claimed.
    func unknown(_ identities: [Digest]) -> [Digest] {
        state.withLock { state in identities.filter { state.slots[state.slot(of: $0)] == 0 } }
    }

    /// Where a chunk lies. Traps when it was claimed and never settled: then a frame was lost inside this process.
    package func place(of serial: UInt32) -> Place {
        let place = state.withLock { $0.places[Int(serial)] }
        precondition(place != Self.unsettled, "chunk \(serial) was never stored")
        return place
    }

    package var count: Int { state.withLock { $0.identities.count } }
}

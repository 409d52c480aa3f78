package import Digests
internal import Synchronization

/// Numbers for pack-ids, so that an extent in memory holds four bytes instead of 32. Grows only.
package final class PackTable: Sendable {
    private struct State {
        var ids: [Digest] = []
        var numbers: [Digest: UInt32] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// The number of `id`, given now if it had none.
    package func number(of id: Digest) -> UInt32 {
        state.withLock { state in
            if let known = state.numbers[id] { return known }
            let number = UInt32(state.ids.count)
            state.ids.append(id)
            state.numbers[id] = number
            return number
        }
    }

    package func id(_ number: UInt32) -> Digest { state.withLock { $0.ids[Int(number)] } }
    package var count: Int { state.withLock { $0.ids.count } }
}

import Synchronization

/// Counts calls from any thread.
final class Looks: Sendable {
    private let count = Atomic<Int>(0)

    /// The number of this call, from 1.
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

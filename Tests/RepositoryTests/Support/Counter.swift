import Synchronization

/// Counts calls from any thread.
final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    /// The number of this call, from 1.
    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
    var count: Int { value.load(ordering: .relaxed) }
}

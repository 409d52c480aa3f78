internal import Synchronization

/// A count that threads share.
final class SharedCount: Sendable {
    private let count: Atomic<Int>

    init(_ count: Int) { self.count = Atomic(count) }

    var isZero: Bool { count.load(ordering: .acquiring) == 0 }

    /// Counts one down; true for the last.
    func oneDone() -> Bool { count.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }

    /// Counts one up: each number below `limit` goes to exactly one caller.
    func take(below limit: Int) -> Int? {
        let number = count.add(1, ordering: .relaxed).oldValue
        return number < limit ? number : nil
    }
}

/// Decides after each failed attempt of one request whether to wait or to give up. A value: it neither sleeps nor
/// looks at a clock.
///
/// Waits double from `firstWait` to `longestWait`; each is cut by up to a half at random, so that many clients of a
/// server that comes back do not knock in step.
package struct RetrySchedule: Sendable {
    package enum Action: Hashable, Sendable {
        case wait(Duration)
        case giveUp
    }

    private let policy: RetryPolicy
    private var lastProgress: ContinuousClock.Instant
    private var failuresInARow = 0
    /// Attempts that have failed so far.
    package private(set) var attempts = 0

    package init(policy: RetryPolicy, start: ContinuousClock.Instant) {
        self.policy = policy
        lastProgress = start
    }

    /// Bytes arrived: patience and waits start anew.
    package mutating func progressed(at now: ContinuousClock.Instant) {
        lastProgress = now
        failuresInARow = 0
    }

    /// An attempt failed. `random` lies in 0..<1; `atLeast` is the wait that the server asked for. Gives up when
    /// patience is over, but never after one attempt alone. The last wait ends with the patience.
    package mutating func failed(
        at now: ContinuousClock.Instant, random: Double, atLeast: Duration = .zero
    ) -> Action {
        attempts += 1
        // 2^20 times the shortest wait is beyond any longest one.
        let doubled = policy.firstWait * (1 << min(failuresInARow, 20))
        failuresInARow += 1
        let backoff = min(doubled, policy.longestWait) * (1 - random / 2)
        let wait = min(max(backoff, atLeast), policy.longestWait)
        guard let patience = policy.patience else { return .wait(wait) }
        let left = patience - (now - lastProgress)
        if left > .zero { return .wait(min(wait, left)) }
        return attempts > 1 ? .giveUp : .wait(wait)
    }
}

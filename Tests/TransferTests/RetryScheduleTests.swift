import Testing
import Transfer

@Suite struct RetryScheduleTests {
    private let start = ContinuousClock.now
    private func policy(_ patience: Duration?) -> RetryPolicy {
        RetryPolicy(patience: patience, firstWait: .seconds(1), longestWait: .seconds(10))
    }

    @Test("waits double up to the longest one")
    func doubling() {
        var schedule = RetrySchedule(policy: policy(nil), start: start)
        let waits = (0..<6).map { _ in schedule.failed(at: start, random: 0) }
        #expect(waits == [1, 2, 4, 8, 10, 10].map { .wait(.seconds($0)) })
    }

    @Test("chance takes away at most a half", arguments: [(0.0, 1000), (0.5, 750), (0.999, 500)])
    func jitter(random: Double, milliseconds: Int) {
        var schedule = RetrySchedule(policy: policy(nil), start: start)
        guard case .wait(let wait) = schedule.failed(at: start, random: random) else {
            Issue.record("gave up")
            return
        }
        #expect(abs((wait - .milliseconds(milliseconds)) / .milliseconds(1)) < 1)
    }

    @Test("the last wait ends with the patience, and the next failure gives up")
    func patienceEnds() {
        var schedule = RetrySchedule(policy: policy(.seconds(15)), start: start)
        #expect(schedule.failed(at: start + .seconds(14.5), random: 0) == .wait(.seconds(0.5)))
        #expect(schedule.failed(at: start + .seconds(15), random: 0) == .giveUp)
        #expect(schedule.attempts == 2)
    }

    @Test("one attempt alone is never the last, however long it took")
    func secondChance() {
        var schedule = RetrySchedule(policy: policy(.seconds(15)), start: start)
        #expect(schedule.failed(at: start + .seconds(60), random: 0) == .wait(.seconds(1)))
        #expect(schedule.failed(at: start + .seconds(61), random: 0) == .giveUp)
    }

    @Test("endless patience never gives up")
    func endless() {
        var schedule = RetrySchedule(policy: policy(nil), start: start)
        for hour in 0..<100 {
            #expect(schedule.failed(at: start + .seconds(3600 * hour), random: 0) != .giveUp)
        }
    }

    @Test("progress renews patience and shortens the wait again")
    func progress() {
        var schedule = RetrySchedule(policy: policy(.seconds(15)), start: start)
        for _ in 0..<4 { _ = schedule.failed(at: start, random: 0) }
        schedule.progressed(at: start + .seconds(20))
        #expect(schedule.failed(at: start + .seconds(30), random: 0) == .wait(.seconds(1)))
    }

    @Test("the server's Retry-After is kept, but not beyond the longest wait")
    func retryAfter() {
        var schedule = RetrySchedule(policy: policy(nil), start: start)
        #expect(schedule.failed(at: start, random: 0, atLeast: .seconds(5)) == .wait(.seconds(5)))
        #expect(schedule.failed(at: start, random: 0, atLeast: .seconds(500)) == .wait(.seconds(10)))
    }
}

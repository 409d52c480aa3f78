import Digests
import Repository
import RepositoryFormat
import Testing

@Suite("Retention policies")
struct RetentionPolicyTests {
    @Test(
        "a policy is printed in one order and spelling",
        arguments: [
            ("all:24h hour:7d day:30d month:1y marked", "all:24h hour:7d day:30d month:1y marked"),
            ("marked,month:1y, day:30d", "day:30d month:1y marked"), ("year:forever", "year:forever"),
            ("week:8w\tall:2d\n", "all:2d week:8w"),
        ])
    func canonical(_ text: String, _ expected: String) throws {
        #expect(try RetentionPolicy(text).text == expected)
        #expect(try RetentionPolicy(expected).text == expected)
    }

    @Test(
        "what is no policy is refused with the word that is wrong",
        arguments: [
            ("", "no rules"), ("hour", "\"hour\" is not a rule"), ("hour:", "\"\""), ("hour:7", "\"7\""),
            ("hour:-7d", "\"-7d\""), ("hour:0d", "\"0d\""), ("hour:7d hour:8d", "given twice"),
            ("all:1h all:1h", "given twice"), ("minute:7d", "no period \"minute\""), ("hour:7d:8d", "not a rule"),
            ("year:100000y", "\"100000y\""), ("all:+1h", "\"+1h\""), ("hour:9999999999999999999d", "not a length"),
        ])
    func refused(_ text: String, _ part: String) {
        let error = #expect(throws: RepositoryError.self) { try RetentionPolicy(text) }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    private static let hour: Int64 = 3_600_000_000_000
    /// 2026-11-22T12:34:56Z.
    private static let now: Int64 = 1_795_350_896_000_000_000

    /// A state every 20 minutes for 400 days, some safer, some labelled.
    private static let year: [RetentionPlan.Candidate] = (0..<28_800).map { (number: Int) -> RetentionPlan.Candidate in
        let age = Int64(28_799 - number) * (hour / 3)
        return RetentionPlan.Candidate(
            position: Position(epoch: 1, sequence: UInt64(number + 1)), time: now - age,
            rank: number % 1_001 == 0 ? 3 : 0, isMarked: number % 2_000 == 7)
    }

    @Test("each rule keeps the last state of each of its periods, a safer one first, and no other")
    func buckets() throws {
        let policy = try RetentionPolicy("hour:7d day:30d month:1y marked")
        let chosen = RetentionPlan.choose(Self.year, policy, now: Self.now)
        var expected: Set<Position> = []
        for (length, periods) in [(Self.hour, 7 * 24), (24 * Self.hour, 30)] {
            let newest = Self.now / length
            for number in (newest - Int64(periods))...newest {
                let inside = Self.year.filter {
                    $0.time / length == number && $0.time > Self.now - Int64(periods) * length
                }
                if let best = inside.last(where: { $0.rank == 3 }) ?? inside.last { expected.insert(best.position) }
            }
        }
        expected.formUnion(Self.year.filter(\.isMarked).map(\.position))
        // Months by their printed names.
        let recent = Self.year.filter { $0.time > Self.now - 365 * 24 * Self.hour }
        for (_, inside) in Dictionary(grouping: recent, by: { Timestamp.text(ofNanoseconds: $0.time).prefix(7) }) {
            if let best = inside.last(where: { $0.rank == 3 }) ?? inside.last { expected.insert(best.position) }
        }
        #expect(chosen == expected)
        #expect(chosen.count < 170 + 32 + 14 + 16)
    }

    @Test("thinning every day keeps what thinning once keeps")
    func nested() throws {
        let policy = try RetentionPolicy("hour:7d day:30d month:1y marked")
        var rest = Self.year
        for day in (0..<60).reversed() {
            let now = Self.now - Int64(day) * 24 * Self.hour
            let chosen = RetentionPlan.choose(rest.filter { $0.time <= now }, policy, now: now)
            rest.removeAll { $0.time <= now && !chosen.contains($0.position) }
        }
        let once = RetentionPlan.choose(Self.year, policy, now: Self.now)
        #expect(Set(rest.map(\.position)) == once)
    }

    @Test(
        "a clock that was set back does not make young states old, and one that was ahead does not keep them for ever")
    func clockSteps() throws {
        let policy = try RetentionPolicy("all:24h day:30d")
        let reference = ObjectReference(digest: SHA256.digest(of: []), length: 0)
        func plan(_ times: [Int64]) -> RetentionPlan? {
            let moments = times.enumerated().map { number, hours in
                Moment(
                    position: Position(epoch: UInt64(number) + 1, sequence: 1), time: Self.now + hours * Self.hour,
                    scanStarted: 0, kind: .endOfScan, quality: .cold, map: reference, machine: reference, diskBytes: 0,
                    dataBytes: 0, newPlainBytes: 0, newStoredBytes: 0, label: "")
            }
            return RetentionPlan(History(HistoryEntries(moments: moments)), policy, now: Self.now)
        }
        #expect(plan([-40, -30, -20])?.start.epoch == 2)
        // The third says that it is old; the second was an hour ago.
        #expect(plan([-40, -1, -1_000])?.start.epoch == 1)
        #expect(plan([-1, -1_000]) == nil)
        #expect(plan([-40, 100_000, -30, -1])?.start.epoch == 3)
    }
}

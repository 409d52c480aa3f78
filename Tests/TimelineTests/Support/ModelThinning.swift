import Repository
import RepositoryFormat

/// What a policy leaves of a history: the rules of docs/decisions/0007 over the oracle's own writes, marks and gaps. Only which
/// positions end a layer or have a complete map is taken from the engine, because that is up to the engine.
struct ModelThinning {
    private static let hour: Int64 = 3_600_000_000_000

    /// Everything from here on stays as it is.
    let start: Position
    /// Before `start`.
    let kept: Set<Position>
    /// Positions before `start` that could be opened one by one, without those inside journals.
    let candidates: Int

    private struct Candidate {
        let position: Position
        let time: Int64
        let rank: Int
        let isMarked: Bool
    }

    /// Nil when nothing is as old as the policy asks.
    init?(_ policy: ModelPolicy, now: Int64, _ oracle: Oracle, _ history: History) {
        let all = Self.candidates(oracle, history)
        let limit = now - Int64(policy.all ?? 0) * Self.hour
        let maps = history.moments.map(\.position).filter { position in
            all.contains { $0.position == position && $0.time <= limit }
                && !history.layers.contains { $0.base < position && position < $0.last }
                // Where the clock was set back, younger states lie before older ones.
                && !all.contains { $0.position < position && limit < $0.time && $0.time <= now }
        }
        guard let start = maps.max() else { return nil }
        var chosen: Set<Position> = []
        for rule in policy.rules {
            var periods: [[Int?]: [Candidate]] = [:]
            for candidate in all where rule.hours.map({ candidate.time > now - Int64($0) * Self.hour }) ?? true {
                periods[rule.period.name(of: candidate.time), default: []].append(candidate)
            }
            for inside in periods.values {
                let safest = inside.map(\.rank).max()
                if let last = inside.last(where: { $0.rank == safest }) { chosen.insert(last.position) }
            }
        }
        if policy.keepsMarked { chosen.formUnion(all.filter(\.isMarked).map(\.position)) }
        let old = all.map(\.position).filter { $0 < start }
        let kept = chosen.filter { $0 < start }
        self.start = start
        self.kept = kept
        candidates = old.count
    }

    func leaves(_ mark: Mark) -> Bool { isLeft(mark.position) }

    /// A gap goes when no state that is left lies in it or at its ends, and when nothing is left before its end.
    func leaves(_ gap: Gap) -> Bool {
        guard gap.from < start, let end = gap.to else { return true }
        let left = kept.union([start])
        return left.contains { $0 < end } && left.contains { gap.from <= $0 && $0 <= end }
    }

    func isLeft(_ position: Position) -> Bool { position >= start || kept.contains(position) }

    /// Ascending by position.
    private static func candidates(_ oracle: Oracle, _ history: History) -> [Candidate] {
        let places = history.layers.map(\.last) + history.moments.map(\.position) + oracle.marks.map(\.position)
        return Set(places).sorted().compactMap { position in
            guard let entry = oracle.entry(at: position), !oracle.isHidden(position) else { return nil }
            let marks = oracle.marks.filter { $0.position == position }
            var rank = marks.map { $0.kind == .cleanShutdown ? 3 : $0.kind == .frozen ? 2 : 0 }.max() ?? 0
            var isMarked = marks.contains { !$0.label.isEmpty }
            // The scans of the model are of resting disks and have labels.
            if case .scan = oracle.log[entry].change { (rank, isMarked) = (3, true) }
            return Candidate(position: position, time: oracle.log[entry].time, rank: rank, isMarked: isMarked)
        }
    }
}

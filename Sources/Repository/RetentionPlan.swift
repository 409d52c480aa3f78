package import RepositoryFormat

/// Which positions of a history a policy keeps: pure, so that a year can be planned in a test.
package struct RetentionPlan: Hashable, Sendable {
    /// A position that could be kept.
    package struct Candidate: Hashable, Sendable {
        package var position: Position
        package var time: Int64
        /// How safe the state is: 3 clean shutdown or cold, 2 frozen, 1 end of scan, 0 any other.
        package var rank: Int
        /// Somebody gave it a label.
        package var isMarked: Bool

        package init(position: Position, time: Int64, rank: Int = 0, isMarked: Bool = false) {
            self.position = position
            self.time = time
            self.rank = rank
            self.isMarked = isMarked
        }
    }

    /// Everything from here on stays as it is: a position with a complete map.
    package let start: Position
    /// Before `start`, ascending.
    package let kept: [Candidate]
    /// All there are before `start`, ascending.
    package let candidates: [Candidate]

    /// Nil when the policy leaves the whole history as it is.
    package init?(_ history: History, _ policy: RetentionPolicy, now: Int64) {
        if policy.all?.count == 0 { return nil }
        let all = Self.candidates(of: history)
        guard let start = Self.start(history, all, limit: now - (policy.all?.nanoseconds ?? 0), now: now) else {
            return nil
        }
        candidates = all.filter { $0.position < start }
        let chosen = Self.choose(all, policy, now: now)
        kept = candidates.filter { chosen.contains($0.position) }
        self.start = start
    }

    /// The positions that the rules keep of all candidates.
    package static func choose(_ candidates: [Candidate], _ policy: RetentionPolicy, now: Int64) -> Set<Position> {
        var chosen: Set<Position> = []
        for (period, span) in policy.periods {
            var best: [Int64: Candidate] = [:]
            let oldest = span.nanoseconds.map { now.subtractingReportingOverflow($0).partialValue } ?? .min
            for candidate in candidates where candidate.time > oldest {
                let number = period.number(of: candidate.time)
                guard let known = best[number],
                    (known.rank, known.position) > (candidate.rank, candidate.position)
                else {
                    best[number] = candidate
                    continue
                }
            }
            chosen.formUnion(best.values.map(\.position))
        }
        if policy.keepsMarked { chosen.formUnion(candidates.lazy.filter(\.isMarked).map(\.position)) }
        return chosen
    }

    /// The newest complete map that is as old as every write is kept; nothing may lead past it.
    ///
    /// Where a clock was set back a map says that it is old, and states before it say that they are young: they decide. A time
    /// after `now` is wrong and decides nothing, or a clock that once was years ahead would end all thinning.
    private static func start(_ history: History, _ all: [Candidate], limit: Int64, now: Int64) -> Position? {
        let young = all.first { limit < $0.time && $0.time <= now }?.position
        return history.moments.last { moment in
            moment.time <= limit && moment.position <= young ?? moment.position && !history.isHidden(moment.position)
                && !history.layers.contains { $0.base < moment.position && moment.position < $0.last }
        }?.position
    }

    /// Ends of segments, complete maps and marks that can be opened, ascending.
    static func candidates(of history: History) -> [Candidate] {
        var found: [Position: Candidate] = [:]
        for layer in history.layers {
            found[layer.last] = Candidate(position: layer.last, time: layer.endTime)
        }
        for moment in history.moments {
            let rank =
                switch moment.quality {
                case .cleanShutdown, .cold: 3
                case .frozen: 2
                case .crashConsistent: moment.kind == .endOfScan ? 1 : 0
                }
            found[moment.position] = Candidate(
                position: moment.position, time: moment.time, rank: rank,
                isMarked: moment.kind == .endOfScan && !moment.label.isEmpty)
        }
        // That a moment was tried out is no reason to keep it.
        for mark in history.marks where mark.kind != .drill {
            var candidate = found[mark.position] ?? Candidate(position: mark.position, time: mark.time)
            switch mark.kind {
            case .cleanShutdown: candidate.rank = 3
            case .frozen: candidate.rank = max(2, candidate.rank)
            case .endOfScan: candidate.rank = max(1, candidate.rank)
            case .label, .drill: candidate.isMarked = true
            }
            if !mark.label.isEmpty { candidate.isMarked = true }
            found[mark.position] = candidate
        }
        return found.values.filter { candidate in
            !history.isHidden(candidate.position) && history.path(to: candidate.position) != nil
        }.sorted { $0.position < $1.position }
    }
}

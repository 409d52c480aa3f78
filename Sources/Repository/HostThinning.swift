internal import LinuxSystem
internal import RepositoryFormat

/// Thins out one host's history and publishes the result as a new head.
struct HostThinning {
    private let repository: Repository
    private let store: any CollectableObjectStore
    private let host: HostList.Host
    private let request: PruneRequest
    private let advance: (Int, Int) throws(RepositoryError) -> Void

    init(
        _ repository: Repository, _ store: any CollectableObjectStore, _ host: HostList.Host, _ request: PruneRequest,
        advance: @escaping (Int, Int) throws(RepositoryError) -> Void
    ) {
        self.repository = repository
        self.store = store
        self.host = host
        self.request = request
        self.advance = advance
    }

    func run() throws -> PruneReport.Host {
        let publisher = try HistoryPublisher(try repository.timeline(of: host))
        publisher.holdsLease = true
        while true {
            try publisher.refresh()
            let timeline = try repository.timeline(of: host, head: publisher.head, digest: publisher.digest)
            let policy = try request.policy ?? timeline.head.retention.map(RetentionPolicy.init)
            var report = PruneReport.Host(name: host.name, policy: policy?.text)
            guard let policy, let plan = RetentionPlan(timeline.history, policy, now: request.now) else {
                try setPolicy(publisher)
                return report
            }
            let start = plan.start
            let before = timeline.entries.before(start)
            let count = plan.kept.count
            let thinning = try Thinning(timeline, plan, store: store) { (done) throws(RepositoryError) in
                try advance(done, count)
            }
            let thinned = try thinning.run()
            report.describe(plan, policy, before: before, after: thinned, now: request.now)
            if try publish(publisher, before: before, thinned, from: start) { return report }
        }
    }

    /// False when the history before `start` is no longer what the plan was made for.
    private func publish(
        _ publisher: HistoryPublisher, before: HistoryEntries, _ thinned: HistoryEntries, from start: Position
    ) throws -> Bool {
        var isCurrent = true
        try publisher.amend(program: request.program) { (head) throws(RepositoryError) in
            let all = try repository.timeline(of: host, head: head, digest: publisher.digest).entries
            isCurrent = all.before(start) == before
            guard isCurrent, !before.holdsSame(as: thinned) || changesPolicy(of: head) else { return false }
            if request.setsPolicy { head.retention = request.policy?.text }
            let own = head.entries.from(start)
            var old = all.from(start).subtracting(own)
            old.append(thinned)
            head.entries = own
            // Whoever ends a gap looks for it in the head.
            head.entries.gaps += old.gaps.filter { $0.to == nil }
            old.gaps.removeAll { $0.to == nil }
            head.manifests = try HistoryPacking(store: store, repository: repository).manifests(of: old, host: host.id)
            return true
        }
        return isCurrent
    }

    private func setPolicy(_ publisher: HistoryPublisher) throws {
        try publisher.amend(program: request.program) { head in
            guard changesPolicy(of: head) else { return false }
            head.retention = request.policy?.text
            return true
        }
    }

    private func changesPolicy(of head: Head) -> Bool {
        request.setsPolicy && head.retention != request.policy?.text
    }
}

extension HistoryEntries {
    /// What lies before a position with a complete map, to which layers lead but not past it.
    func before(_ start: Position) -> HistoryEntries {
        HistoryEntries(
            moments: moments.filter { $0.position < start }, layers: layers.filter { $0.base < start },
            gaps: gaps.filter { $0.from < start }, marks: marks.filter { $0.position < start })
    }

    func from(_ start: Position) -> HistoryEntries {
        HistoryEntries(
            moments: moments.filter { $0.position >= start }, layers: layers.filter { $0.base >= start },
            gaps: gaps.filter { $0.from >= start }, marks: marks.filter { $0.position >= start })
    }

    func subtracting(_ other: HistoryEntries) -> HistoryEntries {
        let (moments, layers) = (Set(other.moments), Set(other.layers))
        let (gaps, marks) = (Set(other.gaps), Set(other.marks))
        return HistoryEntries(
            moments: self.moments.filter { !moments.contains($0) }, layers: self.layers.filter { !layers.contains($0) },
            gaps: self.gaps.filter { !gaps.contains($0) }, marks: self.marks.filter { !marks.contains($0) })
    }

    /// The same entries in any order.
    func holdsSame(as other: HistoryEntries) -> Bool {
        Set(moments) == Set(other.moments) && Set(layers) == Set(other.layers) && Set(gaps) == Set(other.gaps)
            && Set(marks) == Set(other.marks)
    }
}

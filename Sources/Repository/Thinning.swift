internal import RepositoryFormat

/// Makes what a thinned history consists of: complete maps and one delta between neighbours (docs/decisions/0006).
///
/// Stores new objects and publishes nothing.
struct Thinning {
    /// Deltas between two complete maps at most.
    static let deltasInMap = 24
    /// Level of the deltas here: no roll-up takes them up again.
    static let level: UInt8 = 3

    private let timeline: Timeline
    private let plan: RetentionPlan
    private let store: any WritableObjectStore
    /// With the frames of segments that wait for their roll-up moved into packs.
    private let history: History
    private let advance: (Int) throws(RepositoryError) -> Void

    /// `advance` hears of every kept position that is ready.
    init(
        _ timeline: Timeline, _ plan: RetentionPlan, store: any WritableObjectStore,
        advance: @escaping (Int) throws(RepositoryError) -> Void
    ) throws {
        self.plan = plan
        self.store = store
        self.advance = advance
        var entries = timeline.entries
        let waiting = entries.layers.filter { $0.level == 0 && $0.last <= plan.start }.sorted { $0.base < $1.base }
        if !waiting.isEmpty, !plan.kept.isEmpty {
            entries.layers.removeAll { $0.level == 0 && $0.last <= plan.start }
            for group in Self.groups(waiting) {
                let rollUp = JournalRollUp(timeline.repository, store: store, host: timeline.host)
                entries.layers += try rollUp.join(group)
            }
        }
        self.timeline = Timeline(
            repository: timeline.repository, host: timeline.host, head: timeline.head, headDigest: timeline.headDigest,
            entries: entries)
        history = self.timeline.history
    }

    /// Chains of segments, each short enough for one journal.
    private static func groups(_ waiting: [Layer]) -> [[Layer]] {
        let windows = RollUp.Windows()
        var groups: [[Layer]] = []
        for layer in waiting {
            if let group = groups.last, let last = group.last, last.last == layer.base,
                last.last.epoch == layer.last.epoch, group.count < windows.segmentsInJournal,
                group.reduce(layer.entries, { $0 + $1.entries }) <= windows.recordsInJournal
            {
                groups[groups.count - 1].append(layer)
            } else {
                groups.append([layer])
            }
        }
        return groups
    }

    /// Everything before the plan's start, thinned.
    func run() throws -> HistoryEntries {
        var result = HistoryEntries()
        var previous: (position: Position, time: Int64)?
        var deltas = 0
        for (number, candidate) in plan.kept.enumerated() {
            let position = candidate.position
            let time = try timeline.moment(at: position).time
            if let moment = history.moments.first(where: { $0.position == position }) {
                result.moments.append(moment)
                deltas = 0
            } else if let previous, deltas < Self.deltasInMap,
                let chain = history.chain(from: previous.position, to: position)
            {
                result.layers.append(try layer(chain, from: previous, to: (position, time)))
                deltas += 1
            } else {
                result.moments.append(try MapRollUp(timeline, store: store).checkpoint(at: position))
                deltas = 0
            }
            previous = (position, time)
            try advance(number + 1)
        }
        let positions = Set(plan.kept.map(\.position))
        result.marks = history.marks.filter { positions.contains($0.position) }
        result.gaps = history.gaps.filter { gap in gap.from < plan.start && explains(gap) }
        return result
    }

    private func layer(
        _ chain: [History.Piece], from: (position: Position, time: Int64), to: (position: Position, time: Int64)
    ) throws -> Layer {
        if chain.count == 1, chain[0].isWhole, chain[0].layer.kind == .delta {
            var layer = chain[0].layer
            layer.level = Self.level
            return layer
        }
        let splice = DeltaSplice(repository: timeline.repository, store: store, host: timeline.host)
        return try splice.delta(of: chain, from: from, to: to, level: Self.level)
    }

    /// Whether a gap still says why a time cannot be opened: one that lies between two neighbours that are kept does not, the
    /// stretch between them is coarser than the gap.
    private func explains(_ gap: Gap) -> Bool {
        guard let to = gap.to else { return true }
        let ends = plan.kept.map(\.position) + [plan.start]
        guard to > ends[0] else { return false }
        let next = ends.partitioningIndex { $0 >= gap.from }
        return next == ends.count || ends[next] <= to
    }
}

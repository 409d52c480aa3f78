internal import RepositoryFormat

/// Makes one delta of the deltas of an hour.
struct DeltaRollUp {
    private let timeline: Timeline
    private let store: any WritableObjectStore
    private let windows: RollUp.Windows

    init(_ timeline: Timeline, store: any WritableObjectStore, windows: RollUp.Windows = RollUp.Windows()) {
        self.timeline = timeline
        self.store = store
        self.windows = windows
    }

    /// Rolls up one hour, when one is over; says whether it did.
    func run(_ publisher: HistoryPublisher, _ program: String) throws -> Bool {
        guard let group = group() else { return false }
        let layer = try merge(group, level: 2)
        return try publisher.amend(program: program) { (head) throws(RepositoryError) in
            // Somebody else rolled them up, or retention took them.
            let history = try timeline.history(after: head)
            guard group.allSatisfy(history.layers.contains),
                !history.layers.contains(where: { $0.level == 2 && $0.last > layer.base })
            else { return false }
            head.entries.layers.append(layer)
            return true
        }
    }

    private func group() -> [Layer]? {
        let done = timeline.history.layers.filter { $0.level == 2 }.map(\.last).max()
        let waiting = timeline.history.layers.filter { layer in
            layer.level == 1 && layer.kind == .delta && (done.map { layer.base >= $0 } ?? true)
        }
        guard let first = waiting.first else { return nil }
        var group: [Layer] = []
        for layer in waiting {
            if let last = group.last {
                guard last.last == layer.base,
                    RollUp.window(layer.endTime, windows.delta) == RollUp.window(first.endTime, windows.delta)
                else { return group }
            }
            group.append(layer)
            if group.count == windows.deltasInDelta { return group }
        }
        return nil
    }

    /// One delta with the net change of a chain of layers.
    func merge(_ group: [Layer], level: UInt8) throws -> Layer {
        guard let first = group.first, let last = group.last else { preconditionFailure("no deltas to merge") }
        if group.count == 1, first.kind == .delta {
            var layer = first
            layer.level = level
            return layer
        }
        let packs = PackTable()
        let repository = timeline.repository
        let opened = try LayerStack.open(
            group, upTo: last.last, repository: repository, host: timeline.host.id, packs: packs)
        let stack = LayerStack(
            map: MapReader(store: repository.store, host: timeline.host.id, packs: packs), layers: opened,
            cache: BlockCache())
        let disks = try repository.readSegmentIndex(last, host: timeline.host.id).disks
        var subject = SegmentSubject(
            host: timeline.host.id, base: first.base, last: last.last, earliest: group.map(\.earliest).min() ?? 0,
            latest: group.map(\.latest).max() ?? 0, endTime: last.endTime,
            hasClockSteps: group.contains { $0.hasClockSteps }, granularityInMilliseconds: 0, level: level,
            disks: disks)
        subject.granularityInMilliseconds = subject.span
        let segments = SegmentStore(
            store: store, packs: packs, frames: FrameFinder(repository: repository, packs: packs))
        return try segments.storeDelta(subject) { disk, body in
            try stack.changes(of: disk.number, in: 0..<disk.sizeInBytes / 512, body)
        }
    }
}

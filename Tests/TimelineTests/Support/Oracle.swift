import RepositoryFormat

/// A disk of the model: the number of every sector's content.
struct ModelDisk: Equatable {
    let number: UInt32
    var sectors: [UInt32]
}

/// What the timeline must be: all writes in their order, kept plainly.
final class Oracle {
    enum Change {
        case scan([ModelDisk])
        case write(disk: UInt32, start: Int, ids: [UInt32])
        case tick
    }

    struct Entry {
        let position: Position
        let time: Int64
        let change: Change
        /// A prune took the state away; later ones still build on the change.
        var isGone = false
    }

    private static let snapshotSpacing = 256

    private(set) var log: [Entry] = []
    /// The disks after the last entry.
    private(set) var disks: [ModelDisk] = []
    /// Disks after every so many entries, by the number of the entry.
    private var snapshots: [(entry: Int, disks: [ModelDisk])] = []
    /// The newest position that is in the repository.
    var published = Position(epoch: 0, sequence: 0)
    var gaps: [Gap] = []
    var marks: [Mark] = []

    func copy() -> Oracle {
        let copy = Oracle()
        copy.log = log
        copy.disks = disks
        copy.snapshots = snapshots
        copy.published = published
        copy.gaps = gaps
        copy.marks = marks
        return copy
    }

    func append(_ position: Position, time: Int64, _ change: Change) {
        log.append(Entry(position: position, time: time, change: change))
        Self.apply(change, to: &disks)
        if case .scan = change {
            snapshots.append((log.count - 1, disks))
        } else if log.count - 1 - (snapshots.last?.entry ?? 0) >= Self.snapshotSpacing {
            snapshots.append((log.count - 1, disks))
        }
    }

    private static func apply(_ change: Change, to disks: inout [ModelDisk]) {
        switch change {
        case .scan(let scanned): disks = scanned
        case .write(let number, let start, let ids):
            guard let index = disks.firstIndex(where: { $0.number == number }) else { return }
            disks[index].sectors.replaceSubrange(start..<start + ids.count, with: ids)
        case .tick: break
        }
    }

    /// Forgets everything behind `position`, which is one of the log: it was never published.
    func forget(after position: Position) {
        while let last = log.last, last.position > position { log.removeLast() }
        while let last = snapshots.last, last.entry >= log.count { snapshots.removeLast() }
        published = position
        disks = log.isEmpty ? [] : state(at: log.count - 1)
    }

    /// States before `start` are gone apart from the kept ones.
    func thin(before start: Position, keeping kept: Set<Position>) {
        for index in log.indices {
            guard log[index].position < start else { return }
            if !kept.contains(log[index].position) { log[index].isGone = true }
        }
    }

    func state(at entry: Int) -> [ModelDisk] {
        let place = partition(snapshots.count) { snapshots[$0].entry > entry } - 1
        var disks = snapshots[place].disks
        var next = snapshots[place].entry + 1
        while next <= entry {
            Self.apply(log[next].change, to: &disks)
            next += 1
        }
        return disks
    }

    /// The entry at a position; nil when there is none, when it is not published, or gone.
    func entry(at position: Position) -> Int? {
        guard position <= published else { return nil }
        let place = partition(log.count) { log[$0].position >= position }
        return place < log.count && log[place].position == position && !log[place].isGone ? place : nil
    }

    func isHidden(_ position: Position) -> Bool { gaps.contains { $0.hides(position) } }

    /// The rule for a time: the newest entry whose time is not later; nothing where nobody watched.
    func entry(notAfter time: Int64) -> Int? {
        if gaps.contains(where: { $0.isUnknown && $0.fromTime < time && time < $0.toTime ?? .max }) { return nil }
        let found = log.lastIndex { $0.time <= time && $0.position <= published && !$0.isGone }
        guard let found else { return nil }
        return isHidden(log[found].position) ? nil : found
    }

    /// The entry that "latest" means.
    func latest() -> Int? {
        guard var entry = self.entry(at: published) else { return nil }
        while let gap = gaps.first(where: { $0.hides(log[entry].position) }) {
            guard let before = self.entry(at: gap.from) else { return nil }
            entry = before
        }
        if isSafe(log[entry].position) { return entry }
        let safe = marks.filter { mark in
            (mark.kind == .cleanShutdown || mark.kind == .frozen) && mark.position <= log[entry].position
                && mark.time >= log[entry].time - 60_000_000_000 && !isHidden(mark.position)
        }
        guard let last = safe.max(by: { ($0.position, $0.time) < ($1.position, $1.time) }) else { return entry }
        return self.entry(at: last.position)
    }

    /// Whether the moment at a position is better than crash-consistent: a scan of a resting disk, or marked so.
    private func isSafe(_ position: Position) -> Bool {
        if let mark = marks.last(where: { $0.position == position && $0.kind != .label && $0.kind != .endOfScan }) {
            return mark.kind == .cleanShutdown || mark.kind == .frozen
        }
        if let entry = entry(at: position), case .scan = log[entry].change { return true }
        return false
    }

    private func partition(_ count: Int, _ predicate: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if predicate(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

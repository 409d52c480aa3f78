import Glibc
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// Asks the repository and compares with the oracle.
extension World {
    /// The first difference; the world ends there.
    struct Difference: Error, CustomStringConvertible {
        let description: String
    }

    func difference(_ what: String) -> Difference {
        Difference(description: "seed \(seed), step \(steps): \(what)")
    }

    /// Everything: each position the model knows, each boundary and its neighbours, each time and the ones beside it.
    func checkAll() throws {
        let timeline = try timeline()
        try checkLists(timeline)
        try checkLatest(timeline)
        let history = timeline.history
        let boundaries = history.layers.flatMap { [$0.base, $0.last] } + history.moments.map(\.position)
        let named = oracle.log.map(\.position) + oracle.marks.map(\.position)
        let positions = Set(named + boundaries.flatMap { [$0.before, $0, $0.after] })
        for position in positions.sorted() { try check(timeline, position) }
        for time in Set(oracle.log.flatMap { [$0.time - 1, $0.time] }) {
            try check(timeline, time: time, opened: positions)
        }
    }

    /// Some moments of every sort, or all that there are (at most `limit` of a sort).
    func check(atMost limit: Int) throws {
        let timeline = try timeline()
        let history = timeline.history
        try checkLists(timeline)
        try checkLatest(timeline)
        for mark in some(limit, of: history.marks) { try check(timeline, mark.position) }
        for moment in some(limit, of: history.moments) { try check(timeline, moment.position) }
        for layer in some(limit, of: history.layers) {
            for end in [layer.base, layer.last] {
                for position in [end.before, end, end.after] { try check(timeline, position) }
            }
        }
        for _ in 0..<limit {
            let entry = oracle.log[number(0...oracle.log.count - 1)]
            try check(timeline, entry.position)
            try check(timeline, time: entry.time + Int64(number(-2_000_000...2_000_000)))
            try check(timeline, time: chance(2) ? entry.time : entry.time - 1)
        }
    }

    private func checkLists(_ timeline: Timeline) throws {
        let history = timeline.history
        guard Set(history.marks) == Set(oracle.marks), history.marks.count == oracle.marks.count else {
            throw difference("marks \(history.marks), expected \(oracle.marks)")
        }
        guard Set(history.gaps) == Set(oracle.gaps), history.gaps.count == oracle.gaps.count else {
            throw difference("gaps \(history.gaps), expected \(oracle.gaps)")
        }
        guard history.newest == oracle.published else {
            throw difference("the newest is \(history.newest, default: "none"), expected \(oracle.published)")
        }
    }

    func some<Element>(_ limit: Int, of list: [Element]) -> [Element] {
        list.count <= limit ? list : (0..<limit).map { _ in pick(list) }
    }

    private func checkLatest(_ timeline: Timeline) throws {
        guard let entry = oracle.latest() else {
            let moment = Result { try timeline.moment(at: .latest, now: 0) }
            guard case .failure(let error as RepositoryError) = moment, error.code == .noMoment else {
                throw difference("the latest is \(moment), expected none")
            }
            return
        }
        let moment = try timeline.moment(at: .latest, now: 0)
        try compare(timeline, moment, entry)
    }

    /// `opened` are positions whose contents were compared already.
    func check(_ timeline: Timeline, time: Int64, opened: Set<Position> = []) throws {
        // A time in whole seconds means the end of that second.
        let time = time % 1_000_000_000 == 0 ? time + 1 : time
        let moment = Result { try timeline.moment(at: .instant(time), now: 0) }
        switch (moment, oracle.entry(notAfter: time)) {
        case (.success(let moment), let entry?)
        where moment.position == oracle.log[entry].position && opened.contains(moment.position): break
        case (.success(let moment), let entry?): try compare(timeline, moment, entry)
        case (.failure(let error as RepositoryError), nil) where error.code == .noMoment: break
        case (.success(let moment), nil): throw difference("time \(time) gives \(moment.position), expected none")
        case (.failure(let error), let entry):
            throw difference("time \(time): \(error), expected \(entry.map { "\(oracle.log[$0].position)" } ?? "none")")
        }
    }

    func check(_ timeline: Timeline, _ position: Position) throws {
        let moment = Result { try timeline.moment(at: position) }
        let entry = oracle.isHidden(position) ? nil : oracle.entry(at: position)
        switch (moment, entry) {
        case (.success(let moment), let entry?): try compare(timeline, moment, entry)
        case (.failure(let error as RepositoryError), nil) where error.code == .noMoment: break
        case (.success, nil): throw difference("\(position) opens, expected none")
        case (.failure(let error), _): throw difference("\(position): \(error)")
        }
    }

    private func compare(_ timeline: Timeline, _ moment: Moment, _ entry: Int) throws {
        let expected = oracle.log[entry]
        guard moment.position == expected.position, moment.time == expected.time else {
            throw difference(
                "moment \(moment.position) at \(moment.time), expected \(expected.position) at \(expected.time)")
        }
        let path = timeline.history.path(to: moment.position)
        let way = "position \(moment.position), \(path.map(Self.text) ?? "no way")"
        let view: View
        do {
            view = try View(repository, timeline: timeline, moment: moment)
        } catch { throw difference("\(way): \(error)") }
        let disks = oracle.state(at: entry)
        guard view.root.disks.map(\.number) == disks.map(\.number) else {
            throw difference("\(way): disks \(view.root.disks.map(\.number))")
        }
        for (record, disk) in zip(view.root.disks, disks) {
            do {
                try compare(view, record, disk)
            } catch let error as Difference {
                throw error
            } catch { throw difference("\(way), disk \(disk.number): \(error)") }
        }
    }

    private static func text(_ path: History.Path) -> String {
        "map \(path.base.position)" + path.layers.map { " + \($0.kind) \($0.level) to \($0.last)" }.joined()
            + (path.endsInside ? " (inside)" : "")
    }

    private struct Unequal: Error, CustomStringConvertible {
        let description: String
    }

    private func compare(_ view: View, _ record: DiskRecord, _ disk: ModelDisk) throws {
        guard record.sizeInBytes == disk.sectors.count * 512 else {
            throw Unequal(description: "\(record.sizeInBytes) bytes, expected \(disk.sectors.count) sectors")
        }
        var extents: [Extent] = []
        try view.extents(of: record) { extents.append($0) }
        var end: UInt64 = 0
        for extent in extents {
            guard extent.start == end, extent.length > 0 else {
                throw Unequal(description: "extents leave a hole or overlap at sector \(end)")
            }
            end = extent.end
            guard end <= record.sectors else { throw Unequal(description: "extents go beyond the disk") }
            try compare(extent, view.packs, disk)
        }
        guard end == record.sectors else { throw Unequal(description: "extents end at sector \(end)") }
        try compareParts(view, record, extents)
    }

    private func compare(_ extent: Extent, _ packs: PackTable, _ disk: ModelDisk) throws {
        let sectors = Int(extent.start)..<Int(extent.end)
        let expected = disk.sectors[sectors]
        let found: ArraySlice<UInt32>
        switch extent.kind {
        case .data: found = try reader.ids(of: extent, packs)
        case .zero, .unused: found = Self.zeros[0..<min(sectors.count, Self.zeros.count)]
        case .unknown: throw Unequal(description: "sectors \(sectors) are unknown")
        }
        guard !expected.hasSameSectors(as: found) else { return }
        for (sector, content) in zip(sectors, found) where disk.sectors[sector] != content {
            throw Unequal(
                description: "sector \(sector) is \(content), expected \(disk.sectors[sector]); extent \(extent)")
        }
        throw Unequal(description: "an extent of \(found.count) sectors at \(sectors)")
    }

    /// More than any disk has.
    private static let zeros = [UInt32](repeating: SectorContent.zero, count: 64 << 10)

    /// Ranges give what the whole walk gives there.
    private func compareParts(_ view: View, _ record: DiskRecord, _ whole: [Extent]) throws {
        for _ in 0..<2 {
            let start = number(0...Int(record.sectors) - 1)
            let length = chance(2) ? number(1...Int(record.sectors) - start) : number(1...64)
            let end = min(Int(record.sectors), start + length)
            let range = UInt64(start)..<UInt64(end)
            var found: [Extent] = []
            try view.extents(of: record, in: range) { found.append($0) }
            let expected = whole.filter { $0.end > range.lowerBound && $0.start < range.upperBound }
                .map { $0.clipped(to: range) }
            guard found == expected else {
                throw Unequal(description: "sectors \(range) are \(found), in the whole walk \(expected)")
            }
        }
    }
}

extension Position {
    fileprivate var before: Position { Position(epoch: epoch, sequence: sequence == 0 ? 0 : sequence - 1) }
    fileprivate var after: Position { Position(epoch: epoch, sequence: sequence + 1) }
}

extension ArraySlice<UInt32> {
    fileprivate func hasSameSectors(as other: ArraySlice<UInt32>) -> Bool {
        withUnsafeBytes { left in
            other.withUnsafeBytes { right in
                guard left.count == right.count, let one = left.baseAddress, let two = right.baseAddress else {
                    return left.count == right.count
                }
                return memcmp(one, two, left.count) == 0
            }
        }
    }
}

import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// What happens to the host and its timeline.
extension World {
    /// Writes, and now and then something else.
    func step() throws {
        steps += 1
        tickClock()
        if prunes, chance(60) { return try prune() }
        guard let writer else { return try open() }
        switch number(0...999) {
        case 0..<700: try write(writer)
        case 700..<760: try clear(writer, .zero)
        case 760..<820: try clear(writer, .discard)
        case 820..<850: try tick(writer)
        case 850..<900: for _ in 0..<number(2...12) { try write(writer) }
        case 900..<950: try writer.publish()
        case 950..<960: try mark(writer)
        case 960..<963: try gap(writer)
        case 963..<980: try rollUp(atMost: chance(2) ? .max : number(1...3))
        case 980..<984: try reopen()
        case 984..<987: self.writer = nil
        case 987..<989: return try fence(writer)
        case 989..<990: try scan(changedDisks())
        default: return try live(dangerously: writer)
        }
        try settle()
    }

    /// Notes what the writer published; without one all that was not is lost.
    func settle() throws {
        guard let writer else { return oracle.forget(after: oracle.published) }
        #expect(oracle.log.last?.position == writer.position, "seed \(seed), step \(steps): positions")
        #expect(oracle.published <= writer.published, "seed \(seed), step \(steps): nothing is unpublished")
        oracle.published = writer.published
    }

    func open(_ options: JournalWriter.Options? = nil) throws {
        let writer = try JournalWriter(try timeline(), options: options ?? randomOptions())
        self.writer = writer
        epoch = writer.epoch
        #expect(epoch > oracle.published.epoch, "seed \(seed), step \(steps): epoch")
        #expect(writer.position == oracle.published, "seed \(seed), step \(steps): goes on from the newest")
    }

    func rollUp(atMost limit: Int) throws {
        let rollUp = try RollUp(HistoryPublisher(try timeline()), program: "model", windows: windows)
        // Journals first, so that deltas are due even when there is nothing to join.
        let steps = chance(4) ? 0 : try rollUp.run(atMost: limit)
        if steps < limit { try rollUp.rollDeltas(atMost: limit - steps) }
    }

    func mark(_ writer: JournalWriter) throws {
        let kind = pick([Mark.Kind.cleanShutdown, .frozen, .label])
        let last = oracle.log[oracle.log.count - 1]
        let mark = Mark(position: last.position, time: last.time, kind: kind, label: kind == .label ? "s\(steps)" : "")
        oracle.marks.append(mark)
        try writer.mark(kind, label: mark.label)
    }

    func gap(_ writer: JournalWriter) throws {
        if oracle.gaps.contains(where: { $0.to == nil }), !chance(3) { return try endGap(writer) }
        try gap(writer, pick([Gap.Reason.hostOff, .agentOff, .degraded]))
    }

    func gap(_ writer: JournalWriter, _ reason: Gap.Reason) throws {
        let last = oracle.log[oracle.log.count - 1]
        if !oracle.gaps.contains(where: { $0.to == nil && $0.isUnknown }) {
            oracle.gaps.append(
                Gap(reason: reason, from: last.position, to: nil, fromTime: last.time, toTime: nil))
        }
        try writer.beginGap(reason)
    }

    func endGap(_ writer: JournalWriter) throws {
        log(.tick)
        let last = oracle.log[oracle.log.count - 1]
        closeGaps(last.position, last.time)
        try writer.endGap(time: clock)
    }

    private func closeGaps(_ position: Position, _ time: Int64) {
        for index in oracle.gaps.indices where oracle.gaps[index].to == nil {
            oracle.gaps[index].to = position
            oracle.gaps[index].toTime = time
        }
    }

    /// A second writer takes over; the first one finds out.
    func fence(_ old: JournalWriter) throws {
        try settle()
        oracle.forget(after: oracle.published)
        try open()
        let error = #expect(throws: RepositoryError.self, "seed \(seed), step \(steps): the old writer is refused") {
            try old.tick(time: clock)
            try old.publish()
        }
        #expect(error?.code == .locked)
    }

    func scan(_ disks: [ModelDisk]) throws {
        let scanned = disks.map { $0.scanned(&generator) }
        writer = nil
        let committed = try repository.capture(Self.host, scanned, numbers: disks.map(\.number), label: "s\(steps)")
        noteScan(disks, committed.moment)
    }

    func noteScan(_ disks: [ModelDisk], _ moment: Moment) {
        oracle.forget(after: oracle.published)
        #expect(moment.position > oracle.published, "seed \(seed), step \(steps): scan")
        oracle.append(moment.position, time: moment.time, .scan(disks))
        closeGaps(moment.position, moment.time)
        oracle.published = moment.position
    }

    /// The disks with what was written while nobody watched; now and then one is resized, added or gone.
    func changedDisks() -> [ModelDisk] {
        var disks = oracle.disks
        for _ in 0..<number(0...20) {
            let (disk, start, count) = randomRun()
            nextContent += UInt32(count)
            for sector in 0..<count { disks[disk].sectors[start + sector] = nextContent - UInt32(count - sector) }
        }
        switch number(0...3) {
        case 0:
            let sectors = [UInt32](repeating: SectorContent.zero, count: number(8...900))
            disks.append(ModelDisk(number: UInt32(100 + steps), sectors: sectors))
        case 1 where disks.count > 2: disks.removeLast()
        case 2:
            let last = disks.count - 1
            let count = disks[last].sectors.count + number(-3...40)
            disks[last].sectors = Array((disks[last].sectors + [UInt32](repeating: 0, count: 40)).prefix(count))
        default: break
        }
        return disks
    }
}

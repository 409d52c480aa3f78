internal import Buffers
internal import Digests
internal import RepositoryFormat

/// Keeps the cost of opening flat as a timeline grows (docs/decisions/0005).
///
/// Segments of about five minutes become one journal, which replaces them, and one delta beside it; the deltas of an hour one
/// delta; the deltas of a day one complete map. Any moment is then a map, at most some 23 + 11 deltas, and a few minutes of
/// journals. Every step is one new head: a crash leaves garbage at most, readers of older heads still find all they name
/// until it is collected.
package struct RollUp {
    private let publisher: HistoryPublisher
    private let program: String
    private let windows: Windows
    private let store: any WritableObjectStore

    /// Throws `badInput` for a store that can only be read.
    package init(
        _ publisher: HistoryPublisher, program: String, windows: Windows = Windows()
    ) throws(RepositoryError) {
        guard let store = publisher.repository.store as? any WritableObjectStore else {
            throw RepositoryError(.badInput, "The repository can only be read from here.")
        }
        self.publisher = publisher
        self.program = program
        self.windows = windows
        self.store = store
    }

    /// Does all that is due, at most `limit` steps. Answers how many heads it published.
    @discardableResult
    package func run(atMost limit: Int = .max) throws(RepositoryError) -> Int {
        try publisher.leased { () throws(RepositoryError) in
            var steps = 0
            while steps < limit, try joinSegments() { steps += 1 }
            guard steps > 0 else { return 0 }
            return steps + (try rollDeltas(atMost: limit - steps))
        }
    }

    /// The slower part: deltas of hours and complete maps.
    @discardableResult
    package func rollDeltas(atMost limit: Int = .max) throws(RepositoryError) -> Int {
        try publisher.leased { () throws(RepositoryError) in
            var steps = 0
            while steps < limit, try step() { steps += 1 }
            return steps
        }
    }

    private func step() throws(RepositoryError) -> Bool {
        let timeline = try publisher.repository.timeline(
            of: publisher.host, head: publisher.head, digest: publisher.digest)
        do {
            if try DeltaRollUp(timeline, store: store, windows: windows).run(publisher, program) { return true }
            return try MapRollUp(timeline, store: store, windows: windows).run(publisher, program)
        } catch let error as RepositoryError {
            throw error
        } catch { throw RepositoryError(.inputOutput, "The history could not be rolled up: \(error)") }
    }

    private func joinSegments() throws(RepositoryError) -> Bool {
        let waiting = publisher.head.entries.layers.filter { $0.level == 0 }.sorted { $0.base < $1.base }
        guard let group = group(waiting) else { return false }
        do {
            let made = try JournalRollUp(publisher.repository, store: store, host: publisher.host).join(group)
            return try publisher.amend(program: program) { head in
                let kept = head.entries.layers.filter { !group.contains($0) }
                // Somebody else rolled them up, or retention took them.
                guard kept.count + group.count == head.entries.layers.count else { return false }
                head.entries.layers = kept + made
                return true
            }
        } catch let error as RepositoryError {
            throw error
        } catch { throw RepositoryError(.inputOutput, "Segments could not be joined: \(error)") }
    }

    /// The oldest segments that belong into one journal, when none that could still join them can come.
    func group(_ waiting: [Layer]) -> [Layer]? {
        guard let first = waiting.first else { return nil }
        var group: [Layer] = []
        var records: UInt64 = 0
        for layer in waiting {
            if let last = group.last {
                guard last.last == layer.base, last.last.epoch == layer.last.epoch,
                    Self.window(layer.endTime, windows.journal) == Self.window(first.endTime, windows.journal),
                    records + layer.entries <= windows.recordsInJournal
                else { return group }
            }
            group.append(layer)
            records += layer.entries
            if group.count == windows.segmentsInJournal { return group }
        }
        return nil
    }

    static func window(_ time: Int64, _ length: Int64) -> Int64 {
        time >= 0 ? time / length : (time + 1) / length - 1
    }
}

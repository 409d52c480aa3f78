import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// Processes that die at any call to the store.
extension World {
    func live(dangerously writer: JournalWriter) throws {
        let (marks, gaps) = (oracle.marks, oracle.gaps)
        let disks = changedDisks()
        var hasScanned = false
        let died = Result {
            // Contents of what a scan finds are not the danger here.
            store.arm(number(1...30), pick(BrittleStore.Fault.allCases))
            switch number(0...5) {
            case 0: for _ in 0..<20 { try write(writer) }
            case 1: try writer.publish()
            case 2: try mark(writer)
            case 3: try gap(writer)
            case 4: try rollUp(atMost: .max)
            default:
                hasScanned = true
                try scan(disks)
            }
        }
        store.disarm()
        switch died {
        case .success: return try settle()
        case .failure(let error as RepositoryError) where error.code == .inputOutput: break
        case .failure(let error as StoreError) where error.code == .inputOutput: break
        case .failure(let error): throw error
        }
        self.writer = nil
        try reopen()
        try recover(hasScanned ? disks : nil, marks, gaps)
    }

    /// Finds out whether what was cut had happened: either, but nothing between.
    private func recover(_ scanned: [ModelDisk]?, _ marks: [Mark], _ gaps: [Gap]) throws {
        // A head that was created before its writer died is committed: whoever writes next moves the pointer to it.
        let publisher = try HistoryPublisher(try timeline())
        try publisher.refresh()
        let timeline = try self.timeline()
        let history = timeline.history
        if let scanned {
            if let moment = history.moments.last, moment.position == Position(epoch: epoch, sequence: 1) {
                return noteScan(scanned, moment)
            }
            epoch -= 1
        }
        let newest = try #require(history.newest)
        let comment: Comment = "seed \(seed), step \(steps): after a crash the newest is \(newest)"
        #expect(newest >= oracle.published && oracle.log.contains { $0.position == newest }, comment)
        oracle.forget(after: newest)
        let sorted = oracle.marks.sorted { ($0.position, $0.time) < ($1.position, $1.time) }
        let before = marks.sorted { ($0.position, $0.time) < ($1.position, $1.time) }
        #expect(history.marks.count == sorted.count || history.marks.count == before.count, comment)
        if history.marks.count == before.count { oracle.marks = marks }
        #expect(Set(history.marks) == Set(oracle.marks), comment)
        if Set(history.gaps) == Set(gaps) { oracle.gaps = gaps }
        #expect(Set(history.gaps) == Set(oracle.gaps), comment)
    }
}

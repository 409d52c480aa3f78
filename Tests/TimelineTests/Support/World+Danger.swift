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
        guard case .failure(let error) = died else { return try settle() }
        guard Self.isDeath(error) else { throw error }
        self.writer = nil
        try reopen()
        try rollForward()
        try reconcile(scanned: hasScanned ? disks : nil, marks, gaps)
    }

    /// What a dead or brittle store makes of a call.
    static func isDeath(_ error: any Error) -> Bool {
        (error as? RepositoryError)?.code == .inputOutput || (error as? StoreError)?.code == .inputOutput
    }

    /// A head that was created before its writer died is committed: whoever writes next moves the pointer to it.
    func rollForward() throws { try HistoryPublisher(try timeline()).amend(program: "model") { _ in true } }

    /// Finds out whether what was cut had happened: either, but nothing between. `marks` and `gaps` are those before.
    func reconcile(scanned: [ModelDisk]?, _ marks: [Mark], _ gaps: [Gap]) throws {
        let history = try timeline().history
        let newest = try #require(history.newest)
        let comment: Comment = "seed \(seed), step \(steps): after a crash the newest is \(newest)"
        if let scanned, let moment = history.moments.last, moment.position > oracle.published,
            moment.kind == .endOfScan, !oracle.log.contains(where: { $0.position == moment.position })
        {
            return noteScan(scanned, moment)
        }
        #expect(newest >= oracle.published && oracle.log.contains { $0.position == newest }, comment)
        oracle.forget(after: newest)
        if Set(history.marks) == Set(marks) { oracle.marks = marks }
        #expect(Set(history.marks) == Set(oracle.marks) && history.marks.count == oracle.marks.count, comment)
        if Set(history.gaps) == Set(gaps) { oracle.gaps = gaps }
        #expect(Set(history.gaps) == Set(oracle.gaps), comment)
    }
}

internal import BlockDevices
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// Writes a moment to disks that are open, confirmed and large enough, and verifies them.
///
/// Order, so that an interrupted restore never looks complete: ends of the disks cleared; zeros and data, in storage
/// order; all of it made durable; what a larger disk needs adapted; then last the tails, and after them the heads with
/// boot sectors and partition tables.
struct RestoreEngine {
    let content: RestoreContent
    let state: RunState
    let compare: ComparePolicy
    let verifies: Bool
    let scatterBudget: Int

    /// Runs everything on threads; `observe` is called on this one about four times a second.
    func run(_ demand: Demand, observe: (RestoreProgress) -> Void) throws(RecoveryError) -> Outcome {
        var outcome = Outcome()
        func tick() { observe(state.snapshot()) }
        let compares = try decideComparison(demand)
        state.phase = .writing
        try outcome.timed(.writing, bytes: { bytesPlaced }) { () throws(RecoveryError) in
            let zeros = ZeroWorker(content: content, state: state)
            try guarded { for task in state.disks { try zeros.clearEnds(of: task) } }
            try stream(compares: compares, tick)
        }
        state.phase = .finishing
        tick()
        var adaptations: [DiskAdaptation] = []
        try outcome.timed(.finishing, bytes: { 0 }) { () throws(RecoveryError) in
            adaptations = try finish(tick)
        }
        outcome.adaptations = adaptations
        if verifies {
            state.phase = .verifying
            tick()
            try outcome.timed(.verifying, bytes: { state.snapshot().verified }) { () throws(RecoveryError) in
                try Verifier(content: content, state: state, adaptations: adaptations).run(tick)
            }
        }
        outcome.fetchedBytes = state.fetched.load(ordering: .relaxed)
        outcome.comparedFirst = compares
        state.phase = .done
        tick()
        return outcome
    }

    private var bytesPlaced: UInt64 {
        let progress = state.snapshot()
        return progress.written + progress.alreadyRight
    }

    private func decideComparison(_ demand: Demand) throws(RecoveryError) -> Bool {
        switch compare {
        case .always: return true
        case .never: return false
        case .auto:
            var answer = false
            let sampler = TargetSampler(view: content.view, state: state)
            try guarded { answer = try sampler.isWorthComparing(demand.samples) }
            return answer
        }
    }

    /// Runs `body` on this thread unless the restore shall stop; its error becomes the restore's.
    private func guarded(_ body: () throws -> Void) throws(RecoveryError) {
        if state.goesOn {
            do { try body() } catch { state.fail(error) }
        }
        try state.throwFailure()
    }

    private func stream(compares: Bool, _ tick: () -> Void) throws(RecoveryError) {
        let workers = Self.workerCount
        let jobs = BoundedQueue<FetchJob>(capacity: workers)
        let open = SharedCount(workers)
        var crew = Crew(state)
        crew.onFailure { jobs.close(discarding: true) }
        crew.add("scatter") { [content, state, scatterBudget] in
            defer { jobs.close() }
            let view = content.view
            try content.scatter(disks: Set(state.disks.map(\.record.number)), budget: scatterBudget) { share in
                let index = try view.repository.indexes.index(of: share.pack)
                let object = view.repository.indexes.objectName(of: share.pack)
                try FetchPlanner.eachJob(of: share, index, in: object) { job in
                    try state.check()
                    jobs.push(job)
                }
            }
        }
        for _ in 0..<workers {
            crew.add("restore") { [content, state] in
                var worker = FetchWorker(repository: content.view.repository, state: state, compares: compares)
                while state.goesOn, let job = jobs.pop() { try worker.run(job) }
                if open.oneDone(), state.goesOn { state.phase = .zeroing }
            }
        }
        // Apart from the workers: a slow network keeps each of them at one piece of work for minutes.
        crew.add("notes") { [state] in
            while state.goesOn, !open.isZero {
                Clocks.sleep(nanoseconds: 50_000_000)
                try state.renewNotes()
            }
        }
        addZeroing(to: &crew)
        for task in state.disks {
            guard let fitted = content.fitted[task.record.number] else { continue }
            crew.add("fit") { [state] in try ChangeWorker(disk: fitted, state: state).run(task) }
        }
        try crew.run(tick)
    }

    /// Disks are zeroed side by side, each by one thread: a device works on one such request at a time.
    private func addZeroing(to crew: inout Crew) {
        let next = SharedCount(0)
        for _ in 0..<min(state.disks.count, 8) {
            crew.add("zero") { [content, state] in
                while state.goesOn, let number = next.take(below: state.disks.count) {
                    try ZeroWorker(content: content, state: state).run(state.disks[number])
                }
            }
        }
    }

    /// Twice the processors, so that reading, hashing and writing overlap; at most 16, so that buffers of 8 MiB each stay
    /// within half of the memory a restore may take.
    static var workerCount: Int { min(16, max(4, RunningSystem.processorCount * 2)) }

    /// Data durable, then tails and heads: whoever finds a partition table finds everything behind it.
    private func finish(_ tick: () -> Void) throws(RecoveryError) -> [DiskAdaptation] {
        var crew = Crew(state)
        for task in state.disks {
            crew.add("flush") { try task.target.flush() }
        }
        try crew.run(tick)
        var adaptations: [DiskAdaptation] = []
        try guarded {
            for task in state.disks { adaptations.append(try DiskFinisher(task: task).run()) }
        }
        return adaptations
    }
}

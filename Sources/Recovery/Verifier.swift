internal import BlockDevices
internal import LinuxSystem
internal import Repository
internal import Synchronization

/// Reads every byte of the targets back from the medium and compares it with the moment, with zeros, and with what was
/// adapted.
///
/// In the order of the disk and not of the packs: a disk is read fastest from start to end, and the verified indexes say
/// what each chunk must be without fetching anything.
struct Verifier {
    let content: RestoreContent
    let state: RunState
    /// One for each disk.
    let adaptations: [DiskAdaptation]
    /// Told of each range that differs, by the number of the disk, from several threads: then nothing was written before, and what was free
    /// is left out.
    var found: (@Sendable (Int, Range<UInt64>) -> Void)?

    /// Throws `failed` with the first range that differs, unless `found` is told of them.
    func run(_ tick: () -> Void) throws(RecoveryError) {
        for task in state.disks { task.target.forgetCache(of: 0..<task.target.geometry.sizeInBytes) }
        let workers = RestoreEngine.workerCount
        let jobs = BoundedQueue<VerifyJob>(capacity: workers * 2)
        let planners = min(state.disks.count, 8)
        let open = SharedCount(planners)
        let next = SharedCount(0)
        var crew = Crew(state)
        crew.onFailure { jobs.close(discarding: true) }
        for _ in 0..<planners {
            crew.add("plan") { [content, state, adaptations, compares = found != nil] in
                defer { if open.oneDone() { jobs.close() } }
                while state.goesOn, let number = next.take(below: state.disks.count) {
                    var planner = VerifyPlanner(
                        content: content, number: number, task: state.disks[number], compares: compares
                    ) { job in
                        try state.check()
                        jobs.push(job)
                    }
                    try planner.run(beyond: adaptations[number].beyond)
                }
            }
        }
        for _ in 0..<workers {
            crew.add("verify") { [content, state, found] in
                var worker = VerifyWorker(repository: content.view.repository, state: state, found: found)
                while state.goesOn, let job = jobs.pop() { try worker.run(job) }
            }
        }
        try crew.run(tick)
    }
}

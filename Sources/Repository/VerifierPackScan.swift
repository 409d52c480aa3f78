internal import Buffers
internal import Digests
internal import LinuxSystem
internal import RepositoryFormat
internal import Synchronization

/// Reads whole packs, each in one sweep, on all processors, and compares every frame with the pack's index.
final class VerifierPackScan: Sendable {
    struct Job: Sendable {
        let number: UInt32
        let id: Digest
        let length: UInt64
    }

    /// Nil frames: the pack as a whole. An empty range: a part that no restore reads.
    struct Damage: Sendable {
        let pack: UInt32
        let frames: Range<UInt32>?
        let what: String
    }

    struct Totals {
        var frames = 0
        var chunks = 0
        var bytes: UInt64 = 0
    }

    private struct State {
        var next = 0
        var damages: [Damage] = []
        var totals = Totals()
        var done: UInt64 = 0
        var failure: RepositoryError?
    }

    /// Beyond four, the store and not the processors is what is waited for.
    private static let mostThreads = 4

    let repository: Repository
    let deep: Bool
    private let jobs: [Job]
    private let total: UInt64
    private let earlierDamages: Int
    private let observer: @Sendable (VerificationProgress) -> Void
    private let state = Mutex(State())

    init(
        _ repository: Repository, _ jobs: [Job], deep: Bool, earlierDamages: Int,
        observer: @escaping @Sendable (VerificationProgress) -> Void
    ) {
        self.repository = repository
        self.jobs = jobs
        total = jobs.reduce(0) { $0 + $1.length }
        self.deep = deep
        self.earlierDamages = earlierDamages
        self.observer = observer
    }

    var totals: Totals { state.withLock { $0.totals } }

    /// Damages in the order of packs and frames. Throws what ends a verification.
    func run() throws(RepositoryError) -> [Damage] {
        advance(by: 0)
        let count = min(RunningSystem.processorCount, Self.mostThreads, jobs.count)
        var workers: [WorkerThread<Void, Never>] = []
        do {
            for number in 0..<count {
                workers.append(try WorkerThread("verify \(number)") { [self] in work() })
            }
        } catch {
            fail(RepositoryError(.inputOutput, "No thread for reading packs could be started: \(error)."))
        }
        for worker in workers { worker.join() }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        return state.withLock { $0.damages }.sorted {
            ($0.pack, $0.frames?.lowerBound ?? 0) < ($1.pack, $1.frames?.lowerBound ?? 0)
        }
    }

    private func work() {
        let sweep = VerifierPackSweep(self)
        while let job = take() {
            do {
                try sweep.verify(job)
            } catch { fail(error) }
        }
    }

    private func take() -> Job? {
        state.withLock { state in
            guard state.failure == nil, state.next < jobs.count else { return nil }
            state.next += 1
            return jobs[state.next - 1]
        }
    }

    private func fail(_ error: RepositoryError) {
        state.withLock { if $0.failure == nil { $0.failure = error } }
    }

    func report(_ job: Job, frames: Range<UInt32>?, _ what: String) {
        state.withLock { $0.damages.append(Damage(pack: job.number, frames: frames, what: what)) }
    }

    func count(frames: Int, chunks: Int, bytes: UInt64) {
        state.withLock { state in
            state.totals.frames += frames
            state.totals.chunks += chunks
            state.totals.bytes += bytes
        }
    }

    func advance(by bytes: UInt64) {
        let progress = state.withLock { state in
            state.done += bytes
            return VerificationProgress(
                bytesDone: state.done, bytesTotal: total, damages: earlierDamages + state.damages.count)
        }
        observer(progress)
    }
}

internal import BlockDevices
internal import LinuxSystem
internal import Synchronization

/// What the threads of one restore share: the first failure, whether to stop, and how far everything is.
final class RunState: Sendable {
    let disks: [DiskTask]
    let isInterrupted: @Sendable () -> Bool
    let fetched = Atomic<UInt64>(0)
    private let phaseNumber = Atomic<Int>(RestorePhase.preparing.rawValue)
    private let stopped = Atomic<Bool>(false)
    private let failure = Mutex<RecoveryError?>(nil)
    private let started = Clocks.monotonicNanoseconds
    private let noted = Atomic<UInt64>(Clocks.monotonicNanoseconds)

    /// What a power cut costs at most, beside what the disk's own cache loses; a flush so seldom is not felt.
    private static let noteIntervalInNanoseconds: UInt64 = 3_000_000_000

    /// Whether disks are only compared.
    private let onlyReads: Bool

    init(disks: [DiskTask], isInterrupted: @escaping @Sendable () -> Bool, onlyReads: Bool = false) {
        self.disks = disks
        self.onlyReads = onlyReads
        self.isInterrupted = isInterrupted
    }

    var phase: RestorePhase {
        get { RestorePhase(rawValue: phaseNumber.load(ordering: .relaxed)) ?? .preparing }
        set { phaseNumber.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// Keeps the first error; every thread ends at its next look at `goesOn`.
    func fail(_ error: any Error) {
        let described = RecoveryError(error, state: diskState)
        failure.withLock { $0 = $0 ?? described }
        stopped.store(true, ordering: .relaxed)
    }

    /// Asked between pieces of work.
    var goesOn: Bool {
        if stopped.load(ordering: .relaxed) { return false }
        guard isInterrupted() else { return true }
        let words =
            onlyReads
            ? "The comparison was stopped. Nothing was written."
            : "The restore was interrupted. \(diskState.words) Run it again: it continues, and what is right already "
                + "is not written again."
        fail(RecoveryError(.interrupted, words, wroteAnything: diskState.wroteAnything))
        return false
    }

    /// Throws when the restore shall stop: out of walks over maps that may be long.
    func check() throws(RecoveryError) {
        if !goesOn { try throwFailure() }
    }

    /// Asked all the time: now and then makes what was written durable, and brings the notes on the disks up to date.
    func renewNotes() throws(BlockDeviceError) {
        let now = Clocks.monotonicNanoseconds
        let last = noted.load(ordering: .relaxed)
        guard now > last + Self.noteIntervalInNanoseconds,
            noted.compareExchange(expected: last, desired: now, ordering: .relaxed).exchanged
        else { return }
        for task in disks { try task.renewNote() }
    }

    func throwFailure() throws(RecoveryError) {
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// What the targets are in now, for the end of a message.
    var diskState: DiskState {
        if onlyReads { return .untouched }
        return switch phase {
        case .preparing: .untouched
        case .done: DiskState(words: "The restore itself is complete.", wroteAnything: true)
        default:
            DiskState(words: disks.map { $0.stateWords(in: phase) }.joined(separator: " "), wroteAnything: true)
        }
    }

    func snapshot() -> RestoreProgress {
        let phase = phase
        let shown = disks.map(\.progress)
        let (done, total): (UInt64, UInt64) =
            switch phase {
            case .verifying: (shown.reduce(0) { $0 + $1.verified }, disks.reduce(0) { $0 + $1.bytesToVerify })
            case .zeroing: (shown.reduce(0) { $0 + $1.zeroed }, shown.reduce(0) { $0 + $1.zeroBytes })
            case .writing, .finishing:
                (shown.reduce(0) { $0 + $1.written + $1.alreadyRight }, shown.reduce(0) { $0 + $1.dataBytes })
            case .preparing: (0, 0)
            case .done: (1, 1)
            }
        return RestoreProgress(
            phase: phase, done: min(done, total), total: total, disks: shown,
            fetched: fetched.load(ordering: .relaxed), elapsedNanoseconds: Clocks.monotonicNanoseconds - started)
    }
}

internal import LinuxSystem

/// What a run of the engine did and how long each phase took.
struct Outcome {
    struct Phase {
        var phase: RestorePhase
        var nanoseconds: UInt64
        var bytes: UInt64
    }

    var phases: [Phase] = []
    /// One for each disk.
    var adaptations: [DiskAdaptation] = []
    var fetchedBytes: UInt64 = 0
    var comparedFirst = false

    /// Runs `body` and notes how long it took and how many bytes it moved.
    mutating func timed(
        _ phase: RestorePhase, bytes: () -> UInt64, _ body: () throws(RecoveryError) -> Void
    ) throws(RecoveryError) {
        let start = Clocks.monotonicNanoseconds
        try body()
        phases.append(
            Phase(phase: phase, nanoseconds: Clocks.monotonicNanoseconds - start, bytes: bytes()))
    }
}

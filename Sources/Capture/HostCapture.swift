package import BlockDevices
internal import FileSystems
internal import LinuxSystem
package import Repository
internal import RepositoryFormat

/// One capture of a host: several disks at one moment.
package struct CaptureRequest: Sendable {
    package var hostName: String
    /// In the order of their numbers on the timeline.
    package var sources: [any BlockSource]
    package var label: String
    /// As in zstd's command line.
    package var compressionLevel: Int32
    /// Name and version of the program, for the head.
    package var program: String

    package init(
        hostName: String, sources: [any BlockSource], label: String = "", compressionLevel: Int32 = 3, program: String
    ) {
        self.hostName = hostName
        self.sources = sources
        self.label = label
        self.compressionLevel = compressionLevel
        self.program = program
    }
}

package enum HostCapture {
    /// Reads the disks, stores what the repository does not have, and publishes the moment.
    ///
    /// Blocks until everything is durable. `observe` is called on this thread about 50 times a second. Throws
    /// `CaptureError` and `RepositoryError`; then the repository shows exactly what it showed before.
    package static func run(
        _ request: CaptureRequest, to repository: Repository, observe: (CaptureProgress) -> Void = { _ in }
    ) throws -> CaptureReport {
        let started = Clocks.utcNanoseconds
        let clock = Clocks.monotonicNanoseconds
        try SourceGuard.check(request.sources, repository: repository.store)
        let survey = try DiskSurvey(of: request.sources, hostName: request.hostName)
        let counters = CaptureCounters()
        let total = request.sources.reduce(0) { $0 + $1.geometry.sizeInBytes }
        func notify() {
            observe(
                counters.snapshot(
                    disks: request.sources.count, total: total, elapsed: Clocks.monotonicNanoseconds - clock))
        }
        return try repository.write(host: request.hostName) { writer in
            let engine = ScanEngine(
                writer: writer, parameters: repository.description.chunker, level: request.compressionLevel,
                workers: RunningSystem.processorCount, counters: counters)
            var disks: [ScannedDisk] = []
            for (number, source) in request.sources.enumerated() {
                disks.append(
                    try engine.scan(source, number: number, free: survey.free[number].ranges, observe: notify))
            }
            waitForAnotherSecond(than: writer.previous?.moments.last)
            let committed = try writer.commit(
                disks,
                TimelineWriter.Description(
                    machineJSON: survey.machineJSON, label: request.label, quality: .cold, scanStarted: started,
                    writer: request.program))
            notify()
            return CaptureReport(
                host: request.hostName, committed: committed, notes: survey.notes, warnings: writer.warnings,
                nanoseconds: Clocks.monotonicNanoseconds - clock)
        }
    }

    /// Lists print whole seconds, and a printed time must name one moment of the host: two captures within a second are
    /// kept apart.
    private static func waitForAnotherSecond(than last: Moment?) {
        guard let last else { return }
        let second: Int64 = 1_000_000_000
        let next = (last.time / second + 1) * second
        // A clock that was set back by more than this is not waited for.
        let wait = next - Clocks.utcNanoseconds
        if (1...second).contains(wait) { Clocks.sleep(nanoseconds: UInt64(wait)) }
    }
}

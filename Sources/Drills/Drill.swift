package import Inventory
internal import LinuxSystem
internal import Recovery
internal import Repository

/// Starts a moment in an emulated machine on other hardware, apart from every network, and sees whether it comes up. Nothing is
/// restored: the machine's writes go to the overlays of the NBD servers that show the moment's disks.
package struct Drill {
    package struct Request {
        package var host: String
        /// ISO 8601, and exact: "@3.17".
        package var moment: String
        package var position: String
        /// Writable; each server shows one disk, as the export of its number.
        package var disks: [(number: UInt32, socket: String)]
        package var hardware: DrillHardware
        /// The captured machine, where its description is known.
        package var source: MachineDescription?
        /// Whether the host is made fit for the hardware first, as a restore would.
        package var isAdapted = true
        package var memoryInMiB = 2_048
        package var processors = 2
        package var secondsOfPatience = 900
        /// nil: where it works.
        package var isAccelerated: Bool?
        /// What the host says when it is up.
        package var expected = "login:"
        package var checks: [String] = []
        /// Of LUKS containers: also typed at the console, one after another.
        package var passphrases: [[UInt8]] = []
        /// Takes screenshot.png and serial.log; made when it is missing.
        package var output: String
        /// For sockets and mounts; empty, and nobody else may enter it.
        package var directory: String

        package init(
            host: String, moment: String, position: String, disks: [(number: UInt32, socket: String)],
            hardware: DrillHardware, output: String, directory: String
        ) {
            self.host = host
            self.moment = moment
            self.position = position
            self.disks = disks
            self.hardware = hardware
            self.output = output
            self.directory = directory
        }
    }

    private let request: Request
    private let observe: (String) -> Void

    /// Blocks until the machine is up, has failed, or patience is over. `observe` hears a sentence for each thing begun. Throws
    /// `DrillError` and `RecoveryError`; a host that does not come up is a report.
    package static func run(_ request: Request, observe: @escaping (String) -> Void) throws -> DrillReport {
        try Files.makeDirectories(request.output)
        let drill = Drill(request: request, observe: observe)
        let adaptation = request.isAdapted ? try drill.adapt() : nil
        let isAccelerated = request.isAccelerated ?? Files.exists("/dev/kvm")
        if let report = try drill.start(adaptation, isAccelerated: isAccelerated) { return report }
        observe("KVM does not work here: once more with an emulated processor.")
        guard let report = try drill.start(adaptation, isAccelerated: false) else {
            throw DrillError(.failed, "QEMU's emulated processor failed.")
        }
        return report
    }

    private func adapt() throws -> AdaptationReport {
        observe("Making it fit for \(request.hardware).")
        let files = try request.disks.map { disk in
            try NBDFile(
                "nbd+unix:///\(disk.number)?socket=\(disk.socket)", directory: "\(request.directory)/disk\(disk.number)"
            )
        }
        var adaptation = Adaptation.Request(
            machine: try TargetMachine.current(disks: files.map(\.path)).described(as: "\(request.hardware)"),
            source: request.source)
        adaptation.isThisMachine = false
        // It lives for minutes.
        adaptation.rebuild = .never
        adaptation.keyring = Keyring(request.passphrases)
        if !request.checks.isEmpty { adaptation.moreSteps = [DrillChecksStep(commands: request.checks)] }
        let report: AdaptationReport
        do throws(RecoveryError) { report = try Adaptation.run(adaptation) } catch {
            throw DrillError(
                .failed,
                "\(error.message) Nothing was started. --as-captured starts it without making it fit for other hardware.",
                cause: error)
        }
        for file in files { try file.close() }
        return report
    }

    /// nil when KVM gave up.
    private func start(_ adaptation: AdaptationReport?, isAccelerated: Bool) throws -> DrillReport? {
        observe("Starting it.")
        let log = "\(request.output)/serial.log"
        let screenshot = "\(request.output)/screenshot.png"
        let began = Clocks.utcNanoseconds
        var machine = try EmulatedMachine(
            EmulatedMachine.Plan(
                hardware: request.hardware, disks: request.disks, memoryInMiB: request.memoryInMiB,
                processors: request.processors, isAccelerated: isAccelerated),
            directory: request.directory, log: log)
        var session = DrillSession(request, directory: request.directory)
        guard let ending = try session.waitForLogin(&machine) else { return nil }
        var report = DrillReport(
            host: request.host, moment: request.moment, position: request.position, hardware: "\(request.hardware)",
            accelerator: isAccelerated ? "kvm" : "tcg", adaptation: adaptation, seconds: session.seconds,
            time: Timestamp.text(ofNanoseconds: began), screenshot: screenshot, log: log)
        switch ending {
        case .login(let place):
            report.loginOn = place
            observe("It is up after \(report.seconds) s.")
            if !request.checks.isEmpty { report.checks = try session.waitForChecks(&machine) }
        case .failed(let reason): report.ending = reason
        }
        report.conclude()
        // A machine that has ended has no screen any more; its log is there.
        do { try machine.writeScreen(to: screenshot) } catch { report.screenshot = "none: \(error)" }
        return report
    }
}

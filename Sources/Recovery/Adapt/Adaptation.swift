package import Inventory

/// Making a restored system fit a machine: what the command line and the menu drive alike.
package enum Adaptation {
    package struct Request {
        /// The disks that the system was restored to, with the machine that it shall start on.
        package var machine: TargetMachine
        /// The machine that was captured, where its description is known.
        package var source: MachineDescription?
        package var isDryRun = false
        /// Names of steps that shall change nothing.
        package var skipped: Set<String> = []
        /// Whether `machine` is the one that this program runs on: only then its firmware has entries to be set.
        package var isThisMachine = true
        /// Whether other disks of this machine that have what the restored ones have are warned of.
        package var looksForTwins = true
        /// Old interface name → address of the card that shall have it, against the proposal.
        package var interfaces: [String: String] = [:]
        /// Whether the system shall start without any network.
        package var isQuarantined = false
        /// When the system's own tool makes images anew that drivers were added to.
        package var rebuild = InitramfsRebuild.firstBoot
        /// Whether file systems of fstab that are not on the disks become `nofail`.
        package var marksMissingAsNoFail = false
        /// The root volume by UUID, where several systems are on the disks.
        package var root: String?
        /// What shall use the room of a larger disk; nil only tells of it.
        package var growth: Growth?
        /// Further steps, after all others: what a drill puts into a host.
        package var moreSteps: [any AdaptationStep] = []
        /// What opens LUKS containers; without one they stay closed, and the report says so.
        package var keyring = Keyring()

        package init(machine: TargetMachine, source: MachineDescription? = nil) {
            self.machine = machine
            self.source = source
        }
    }

    /// The steps for Linux, in their order: what names things first, then what carries these names to the start.
    package static func steps(for request: Request) -> [any AdaptationStep] {
        let network = NetworkStep(overrides: request.interfaces, isQuarantined: request.isQuarantined)
        let initramfs = InitramfsStep(files: network.initramfsFiles)
        let rebuild = RebuildStep(request.rebuild, for: initramfs)
        return [
            CacheStep(), ConfigurationStep(marksMissingAsNoFail: request.marksMissingAsNoFail), HibernationStep(),
            network,
        ] + (request.rebuild == .now ? [rebuild, initramfs] : [initramfs, rebuild]) + [
            BootLoaderStep(firmwareVariables: request.isThisMachine ? FirmwareVariables.directory : nil),
            HypervisorStep(), GeometryStep(request.growth),
        ] + request.moreSteps
    }

    /// The steps for Windows.
    package static func windowsSteps(for request: Request) -> [any AdaptationStep] {
        [
            WindowsDriversStep(),
            WindowsBootStep(firmwareVariables: request.isThisMachine ? FirmwareVariables.directory : nil),
        ]
    }

    /// Finds the system, mounts it, runs the steps, unmounts it. Blocks. Throws `failed`; a system that is not proved to start
    /// is a report, not an error.
    package static func run(
        _ request: Request, observe: (String) -> Void = { _ in }
    ) throws(RecoveryError) -> AdaptationReport {
        let twins = twinWarnings(request)
        var report = try adapt(request, observe: observe)
        report.warnings = twins + report.warnings
        return report
    }

    private static func adapt(
        _ request: Request, observe: (String) -> Void
    ) throws(RecoveryError) -> AdaptationReport {
        guard request.growth == nil || request.isDryRun || request.skipped.contains(GeometryStep.name) else {
            var plain = request
            plain.growth = nil
            let adapted = try adapt(plain, observe: observe)
            guard adapted.steps.contains(where: { $0.name == GeometryStep.name }) else {
                return adapted.warning(Self.windowsGrowth)
            }
            return try GrowthRun(request: request).grow(after: adapted, observe: observe)
        }
        // A first look writes nothing, not even a journal's replay: where nothing differs, every block stays as it was restored.
        do throws(RecoveryError) {
            let (report, isWhole) = try run(request, isDryRun: true, observe: observe)
            if request.isDryRun { return report }
            if isWhole, report.steps.allSatisfy(\.changes.isEmpty) { return report.asDone }
        } catch {
            // A file system whose journal was not replayed may look worse than it is.
            if request.isDryRun || error.code == .interrupted { throw error }
        }
        return try run(request, isDryRun: false, observe: observe).report
    }

    /// One look, or one run, with the steps for what was found; and whether it saw everything that can be seen.
    private static func run(
        _ request: Request, isDryRun: Bool, observe: (String) -> Void
    ) throws(RecoveryError) -> (report: AdaptationReport, isWhole: Bool) {
        let opened = try open(request, isReadOnly: isDryRun)
        let isWhole = !opened.system.caches.contains(where: \.waitsForChanges)
        guard opened.system.windows != nil else {
            let run = AdaptationRun(steps: steps(for: request), skipped: request.skipped)
            return (try run.run(opened, isDryRun: isDryRun, observe: observe), isWhole)
        }
        guard !request.isQuarantined else {
            throw RecoveryError(
                .failed,
                "Windows cannot be kept from its network by changing its files. Nothing of it was changed. Start it without a "
                    + "cable or virtual network instead, and leave the quarantine out.")
        }
        let report = try AdaptationRun(steps: windowsSteps(for: request), skipped: request.skipped)
            .run(opened, isDryRun: isDryRun, observe: observe)
        return (request.growth == nil ? report : report.warning(windowsGrowth), isWhole)
    }

    /// Hands the default kernel of the restored system to the kernel that runs here, to be started without firmware and boot loader;
    /// its name in the menu. Only reads the disks. Throws `failed`, as for Windows and for a system in a container that is locked.
    package static func loadKernel(on machine: TargetMachine) throws(RecoveryError) -> String {
        let opened = try open(Request(machine: machine), isReadOnly: true)
        guard opened.system.windows == nil else {
            throw RecoveryError(.failed, "Windows cannot be started from here. Reboot instead.")
        }
        let start = try DefaultStart(opened.system)
        try start.load()
        return start.title
    }

    private static let windowsGrowth =
        "Nothing was grown: Windows' own disk management (\"Extend Volume\") uses the room of a larger disk, while it runs."

    static func open(_ request: Request, isReadOnly: Bool) throws(RecoveryError) -> RestoredFileSystems {
        try RestoredFileSystems(
            machine: request.machine, source: request.source, isReadOnly: isReadOnly, root: request.root,
            keyring: request.keyring)
    }
}

extension AdaptationReport {
    /// The report of a dry run that found nothing to do.
    fileprivate var asDone: AdaptationReport {
        var report = self
        report.isDryRun = false
        return report
    }

    fileprivate func warning(_ text: String) -> AdaptationReport {
        var report = self
        report.warnings.append(text)
        return report
    }
}

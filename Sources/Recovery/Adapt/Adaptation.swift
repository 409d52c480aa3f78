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
        /// The root volume by UUID, where several systems are on the disks.
        package var root: String?
        package var passphrase: (String) -> String? = { _ in nil }

        package init(machine: TargetMachine, source: MachineDescription? = nil) {
            self.machine = machine
            self.source = source
        }
    }

    /// The steps, in their order.
    package static func steps(for request: Request) -> [any AdaptationStep] {
        [InitramfsStep()]
    }

    /// Finds the system, mounts it, runs the steps, unmounts it. Blocks. Throws `failed`; a system that is not proved to start
    /// is a report, not an error.
    package static func run(
        _ request: Request, observe: (String) -> Void = { _ in }
    ) throws(RecoveryError) -> AdaptationReport {
        let fileSystems = try RestoredFileSystems(
            machine: request.machine, source: request.source, isReadOnly: request.isDryRun, root: request.root,
            passphrase: request.passphrase)
        let run = AdaptationRun(steps: steps(for: request), skipped: request.skipped)
        return try run.run(fileSystems, isDryRun: request.isDryRun, observe: observe)
    }
}

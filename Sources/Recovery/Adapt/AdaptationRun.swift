internal import LinuxSystem

/// Makes a restored system fit this machine, step by step, and proves that it starts.
package struct AdaptationRun {
    package var steps: [any AdaptationStep]
    /// Names of steps that change nothing in this run. Their proofs are asked all the same.
    package var skipped: Set<String>

    package init(steps: [any AdaptationStep], skipped: Set<String> = []) {
        self.steps = steps
        self.skipped = skipped
    }

    /// Plans, applies and proves each step in turn; a dry run plans and proves what is there. The order matters: a later step
    /// sees what an earlier one has done. A step that fails ends the run with its reason: nothing of it or after it is believed.
    package func run(
        _ fileSystems: RestoredFileSystems, isDryRun: Bool, observe: (String) -> Void = { _ in }
    ) throws(RecoveryError) -> AdaptationReport {
        let system = fileSystems.system
        var report = AdaptationReport(
            root: system.rootVolume?.description ?? "?", isDryRun: isDryRun, steps: [], warnings: fileSystems.warnings)
        for step in steps {
            observe(step.name)
            var plan = AdaptationPlan()
            let isSkipped = skipped.contains(step.name)
            if !isSkipped {
                plan = try step.plan(system)
                if !isDryRun {
                    let executor = ChangeExecutor(system: system)
                    for change in plan.changes {
                        do throws(RecoveryError) { try executor.carryOut(change) } catch {
                            guard change.isAttempt else { throw error }
                            plan.warnings.append(error.message)
                        }
                    }
                    let rest = try step.plan(system)
                    guard rest.changes.allSatisfy(\.isAttempt) else {
                        throw RecoveryError(
                            .failed,
                            "Step \(step.name) is not done after it was carried out; it still wants: "
                                + rest.changes.map(\.reason).joined(separator: "; "), wroteAnything: true)
                    }
                }
            }
            report.steps.append(
                AdaptationReport.Step(
                    name: step.name, wasSkipped: isSkipped, changes: step.done(system) + plan.changes.map(\.reason),
                    warnings: plan.warnings,
                    proofs: []))
        }
        if !isDryRun { try fileSystems.synchronize() }
        observe("proof")
        // All proofs at the end: a later step may have undone what an earlier one did.
        for index in steps.indices { report.steps[index].proofs = try steps[index].prove(system) }
        return report
    }
}

/// Grows what was asked for on disks whose system was made to fit its machine, and looks at it anew.
struct GrowthRun {
    let request: Adaptation.Request

    /// The report with what grew. What cannot be grown any further is a failure in the report, not an error: the system was
    /// adapted before, every state in between is one that it starts from, and the proofs are asked again.
    func grow(
        after adapted: AdaptationReport, observe: (String) -> Void
    ) throws(RecoveryError) -> AdaptationReport {
        observe(GeometryStep.name)
        let step = GeometryStep(request.growth)
        var plan = AdaptationPlan()
        var done: [String] = []
        var failure: String?
        var seen: [RestoredCache]?
        do throws(RecoveryError) {
            let system: RestoredSystem
            (system, plan) = try look(step)
            seen = system.caches
            let executor = ChangeExecutor(system: system, keyring: request.keyring)
            for change in plan.changes {
                try executor.carryOut(change)
                done.append(change.reason)
            }
            let rest = done.isEmpty ? [] : try look(step).plan.changes
            if !rest.isEmpty { failure = "it still wants: \(rest.map(\.reason).joined(separator: "; "))" }
        } catch {
            failure =
                "\(error.description) What is named above was done and stays; nothing else grew. Mend this, and grow again: it "
                + "goes on where it stopped."
        }
        var report = adapted
        for index in report.steps.indices where report.steps[index].name == GeometryStep.name {
            report.steps[index].changes = done
            report.steps[index].warnings = plan.warnings
            report.steps[index].failure = failure
        }
        // What cannot be looked at without writing (data in a cache) was not touched: its proofs stand.
        guard let seen, !seen.contains(where: \.waitsForChanges) else { return report }
        return try proved(report, seen, observe)
    }

    /// Plans, with nothing left open.
    private func look(_ step: GeometryStep) throws(RecoveryError) -> (system: RestoredSystem, plan: AdaptationPlan) {
        let opened = try Adaptation.open(request, isReadOnly: true)
        defer { extendLifetime(opened) }
        return (opened.system, try step.plan(opened.system))
    }

    /// All proofs anew: growing touched what the other steps proved.
    private func proved(
        _ grown: AdaptationReport, _ seen: [RestoredCache], _ observe: (String) -> Void
    ) throws(RecoveryError) -> AdaptationReport {
        observe("proof")
        let opened = try Adaptation.open(request, isReadOnly: true)
        var report = grown
        let marked = zip(seen, opened.system.caches).filter { $0.state == .clean && $1.state == .stale }
        for index in report.steps.indices where report.steps[index].name == CacheStep().name {
            report.steps[index].changes += marked.map(\.0.reason)
        }
        for (index, step) in Adaptation.steps(for: request).enumerated() {
            report.steps[index].proofs = try step.prove(opened.system)
        }
        return report
    }
}

import Inventory
import LinuxSystem
import Recovery
import Repository
import RepositoryFormat
import RescueConsole
import Synchronization

extension RequestTask {
    /// Finds the chosen disks again by what they are, and has the plan made and checked.
    func preparePlan(_ selection: RestoreSelection) throws -> ConsoleResult {
        var mapping: [DiskAssignment] = []
        var failing: [String] = []
        let present = presentDisks(repository: selection.repository)
        for chosen in selection.mapping {
            switch ChosenDisk.find(chosen.target, among: present) {
            case .same(let disk):
                mapping.append(DiskAssignment(source: UInt32(chosen.source), target: disk.path))
                failing += [disk.healthWarning].compactMap { $0 }
            case .lost(let why): return .refused(why)
            }
        }
        let source = try open(selection.repository)
        var request = RestoreRequest(
            view: try view(of: selection, in: source.repository), mapping: mapping,
            isInterrupted: { [cancellation = source.cancellation] in cancellation.isRequested })
        // In memory: a machine without disks has nothing else.
        let scratch = FitScratch(directory: options.stateDirectory)
        if selection.fits { request.fit = scratch }
        if selection.splits { request.split = scratch }
        request.combines = selection.combines
        let steps = Mutex(StepLines())
        request.tell = { [worker, ticket] step in
            let seconds = Double(Clocks.monotonicNanoseconds) / 1e9
            guard let line = steps.withLock({ $0.line(step, seconds: seconds) }) else { return }
            worker.post(.step(line), ticket: ticket)
        }
        if let advice = try advice(on: request.view.moment, of: selection, in: source.repository) {
            request.notes.append(advice)
        }
        request.notes += failing
        let original = warningOfOriginal(request.view)
        if let original { request.notes.append(original) }
        let restore = try Restore.prepare(request)
        source.beQuiet()
        worker.keep(RequestWorker.Prepared(selection: selection, restore: restore, source: source, original: original))
        return .planReady(PlanLines.lines(of: restore.plan))
    }

    /// What there is to say when the operator took the newest state that is offered.
    private func advice(on moment: Moment, of selection: RestoreSelection, in repository: Repository) throws -> String?
    {
        let timeline = try repository.timeline(of: selection.host)
        guard try timeline.moment(at: .latest, now: 0).position == moment.position else { return nil }
        return try timeline.advice(onLatest: moment)
    }

    /// Runs the plan that was prepared for exactly this selection, on exactly these disks.
    func restore(_ selection: RestoreSelection, confirmations: [String]) throws -> ConsoleResult {
        let about = "Restore of \(selection.host) on \(worker.console), as of \(selection.moment.text)"
        guard let lock = try takeMachine(about) else { return .busy(MachineLock.holder(options.stateDirectory)) }
        guard let prepared = worker.takePrepared(selection) else {
            return .refused("This plan was not checked. Nothing was written. Make it again.")
        }
        if let why = changed(selection, since: prepared.restore.plan) { return .refused(why) }
        worker.keepRestored(nil)
        Terminal.log("\(about): started")
        prepared.source.bePatient()
        var lines = ProgressLines(intervalInSeconds: 1)
        let result: ConsoleResult
        do throws(RecoveryError) {
            let report = try prepared.restore.run(confirmations: confirmations) { progress in
                // The operator's stop reaches the plan's own flag, which store and engine ask.
                if cancellation.isRequested { prepared.source.cancellation.request() }
                guard let sample = ProgressSample(progress, trouble: prepared.source.lastTrouble) else { return }
                worker.post(.progress(sample), ticket: ticket)
                let said = lines.add(sample)
                if !said.isEmpty { lock.say([about] + said) }
            }
            prepared.restore.rereadPartitions()
            var complete = report
            if selection.adapts {
                complete.adaptation = adapt(prepared, growth: selection.grows ? Growth() : nil)
                if selection.grows { prepared.restore.rereadPartitions() }
            } else {
                complete.warnings.append(
                    "The system was not made to fit this machine, as was asked for, and nothing proves that it starts.")
            }
            // Asked anew: hours may have gone by, and now comes the start.
            complete.warnings.removeAll { $0 == prepared.original }
            if let warning = try? warningOfOriginal(view(of: selection, in: prepared.source.repository)) {
                complete.warnings.append(warning)
            }
            result = .report(send(JobReport(complete), json: complete.json, of: selection))
            ReportFiles.write(result, json: complete.json, to: options.stateDirectory)
        } catch {
            let ended = ConsoleResult(error)
            // A server that cannot be reached, or that was not waited for any longer, is not waited for again.
            let isSent = error.code != .unreachable && error.code != .interrupted
            if isSent, case .report(let report) = ended {
                result = .report(send(report, json: nil, of: selection))
            } else {
                result = ended
            }
            ReportFiles.write(result, json: nil, to: options.stateDirectory)
        }
        Terminal.log("\(about): ended")
        return result
    }

    /// Makes the restored system fit this machine. What goes wrong here is part of the report: the blocks are restored.
    private func adapt(_ prepared: RequestWorker.Prepared, growth: Growth?) -> RestoreReport.SystemAdaptation {
        worker.post(.progress(ProgressSample(phase: "Adapting", done: 0, total: 0, seconds: 0)), ticket: ticket)
        do throws(RecoveryError) {
            var request = try prepared.restore.adaptation()
            request.growth = growth
            // The operator is there: what was typed is not kept after this.
            request.keyring = Keyring { [worker, ticket] container, isRepeated throws(RecoveryError) in
                let question = PassphraseQuestion(
                    container: container.name, warning: container.slots?.warning, isRepeated: isRepeated)
                return worker.ask(question, ticket: ticket).map { Array($0.utf8) }
            }
            let report = try Adaptation.run(request)
            worker.keepRestored(report.isProved ? request.machine : nil)
            return .init(report: report)
        } catch { return .init(problem: error.description) }
    }

    /// Looks at the disks once more, right before the first write.
    private func changed(_ selection: RestoreSelection, since plan: RestorePlan) -> String? {
        let present = presentDisks(repository: selection.repository)
        for chosen in selection.mapping {
            let planned = plan.disks.filter { disk in
                ([disk.source] + (disk.others ?? [])).contains { Int($0.number) == chosen.source }
            }
            switch ChosenDisk.find(chosen.target, among: present) {
            case .lost(let why): return why
            case .same(let disk):
                if planned.contains(where: { $0.target.path == disk.path }) { continue }
                return
                    "\(chosen.target.target.description) is \(disk.path) now. Nothing was written. Make the plan again."
            }
        }
        return nil
    }
}

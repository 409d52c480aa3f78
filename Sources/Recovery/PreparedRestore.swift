internal import BlockDevices
internal import Inventory
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat

/// A plan that passed every check and waits for its confirmation. Holds nothing open but what was changed of disks that are
/// fitted to other ones.
package struct PreparedRestore: Sendable {
    package let plan: RestorePlan
    let request: RestoreRequest
    let access: TargetAccess
    /// One of each of `plan.disks`.
    let groups: [TargetGroup]
    let demand: Demand
    let content: RestoreContent

    private var facts: [TargetFacts] { groups.map(\.facts) }

    /// Throws `refused` (`wrongConfirmation`) unless every target is named by one of `confirmations`. Writes nothing.
    package func confirm(_ confirmations: [String]) throws(RecoveryError) {
        for target in facts { try confirm(target, confirmations) }
    }

    /// Whether `typed` confirms the target of `plan.disks[disk]`: for a menu that asks target by target.
    package func isConfirmed(disk: Int, by typed: String) -> Bool {
        facts[disk].identity.matches(confirmation: typed, among: access.rivals(facts[disk])) == .yes
    }

    /// Opens the targets, writes, verifies, adapts. Blocks until all is durable; `observe` is called on this thread about
    /// four times a second.
    ///
    /// Throws `refused` before anything was written, and afterwards `damaged`, `unreachable`, `interrupted`, `failed`
    /// with the state of every target in the message. Run again, it continues.
    package func run(
        confirmations: [String], observe: (RestoreProgress) -> Void = { _ in }
    ) throws(RecoveryError) -> RestoreReport {
        try confirm(confirmations)
        let started = Clocks.utcNanoseconds
        let clock = Clocks.monotonicNanoseconds
        let state = RunState(disks: try open(begun: started), isInterrupted: request.isInterrupted)
        let outcome = try RestoreEngine(
            content: content, state: state, compare: compare, verifies: request.verifies,
            scatterBudget: request.scatterBudget
        ).run(demand, observe: observe)
        return report(
            state, outcome, started: started, nanoseconds: Clocks.monotonicNanoseconds - clock)
    }

    /// Makes the kernel see the restored partitions. After `run`, when nobody holds the targets any more.
    package func rereadPartitions() {
        for disk in plan.disks where disk.target.kind == .device { access.rereadPartitions(disk.target.path) }
    }

    /// What makes the restored system fit this machine. After `run`, when nobody holds the targets any more.
    package func adaptation() throws(RecoveryError) -> Adaptation.Request {
        var machine = try TargetMachine.current(disks: plan.disks.map(\.target.path))
        machine.heldDisks = request.mapping.count
        // As with the plan: what the machine was is good to know, and nothing fails without it.
        var adaptation = Adaptation.Request(machine: machine, source: try? request.view.machine())
        // With a description the plan has looked.
        adaptation.looksForTwins = adaptation.source == nil
        return adaptation
    }

    private func confirm(_ target: TargetFacts, _ confirmations: [String]) throws(RecoveryError) {
        let matches = confirmations.map {
            target.identity.matches(confirmation: $0, among: access.rivals(target))
        }
        if matches.contains(.yes) { return }
        let why: String
        if confirmations.isEmpty {
            why = "it was not confirmed"
        } else if matches.contains(.tooShort) {
            why = "what was typed to confirm it is too short to prove which disk is meant"
        } else if case .ambiguous(let others) = matches.first(where: { $0 != .no }) {
            why = "what was typed to confirm it fits \(others.map(\.path).joined(separator: " and ")) as well"
        } else {
            let typed = confirmations.map { "\"\($0)\"" }.joined(separator: ", ")
            why = "the confirmation \(typed) does not name it"
        }
        throw RecoveryError(
            Refusal(
                .wrongConfirmation,
                "Cannot restore to \(target.displayName): \(why). Nothing was written. To confirm it, "
                    + "\(target.confirmation)."))
    }

    /// What an interrupted restore of the same moment has brought to a target is not written again, however little it is.
    private var compare: ComparePolicy {
        let continues = facts.contains { target in
            target.interrupted.map { note(of: $0.source, begun: 0).isOfSameRestore(as: $0) } == true
        }
        return request.compare == .auto && continues ? .always : request.compare
    }

    private func note(of number: UInt32, begun: Int64) -> RestoreNote {
        let view = request.view
        let source = PartNumber.disk(number)
        let disks = zip(groups, facts).flatMap { group, target in
            ([group.disk] + group.others).map {
                RestoreNote.Disk(source: $0, target: target.identity.serial ?? target.identity.wwn)
            }
        }
        let isDivided = disks.count { $0.source == source } > 1
        return RestoreNote(
            host: view.host.name, position: view.moment.position, time: view.moment.time,
            repository: view.repository.store.location, begun: begun, source: source, disks: disks,
            part: isDivided ? PartNumber.part(number) : nil,
            fits: request.fit != nil,
            total: content.record(ofTarget: number).map { $0.dataSectors * 512 } ?? 0)
    }

    /// Opens all targets before any is written; existing ones first, so that a disk that is refused leaves no new file.
    private func open(begun: Int64) throws(RecoveryError) -> [DiskTask] {
        let held = HeldRanges.length(forDisks: facts.count)
        var tasks: [Int: DiskTask] = [:]
        let order = facts.indices.sorted {
            (facts[$0].kind == .absent ? 1 : 0, $0) < (facts[$1].kind == .absent ? 1 : 0, $1)
        }
        for number in order {
            let planned = groups[number]
            guard let record = content.record(ofTarget: planned.assignment.source) else {
                preconditionFailure("disk \(planned.disk) was planned and is not in the moment")
            }
            tasks[number] = DiskTask(
                record: record, target: try open(facts[number], record), name: facts[number].displayName,
                heldLength: held, note: note(of: record.number, begun: begun))
        }
        return facts.indices.compactMap { tasks[$0] }
    }

    /// Looks again whether the target is still what was planned with.
    private func open(_ planned: TargetFacts, _ record: DiskRecord) throws(RecoveryError) -> any BlockTarget {
        guard access.look(planned.path).isStill(planned) else {
            throw RecoveryError(
                Refusal(
                    .targetChanged,
                    "Cannot restore to \(planned.displayName): it is no longer what it was when the restore was "
                        + "planned. Nothing was written. Plan again."))
        }
        let target: any BlockTarget
        do {
            target = try access.open(planned.path, record.sizeInBytes)
        } catch {
            let reason: Refusal.Reason = error.code == .inUse ? .targetInUse : .notADisk
            let nothing = error.message.contains("Nothing was") ? "" : " Nothing was written."
            throw RecoveryError(.refused, reason: reason, error.message + nothing, cause: error.cause)
        }
        guard target.geometry.sizeInBytes >= record.sizeInBytes else {
            throw RecoveryError(
                Refusal(
                    .targetTooSmall,
                    "Cannot restore to \(planned.displayName): it holds \(target.geometry.sizeInBytes) bytes and "
                        + "disk \(record.number) needs \(record.sizeInBytes). Nothing was written. "
                        + "Choose a larger disk."))
        }
        return target
    }
}

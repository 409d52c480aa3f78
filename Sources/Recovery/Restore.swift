internal import BlockDevices
internal import Inventory
internal import Repository
internal import RepositoryFormat

/// A moment becomes disks: what the command line, the menu and the answer file drive alike.
///
/// ```
/// let prepared = try Restore.prepare(RestoreRequest(view: view, mapping: mapping))
/// print(prepared.plan.text)
/// let report = try prepared.run(confirmations: typed) { progress in … }
/// ```
package enum Restore {
    /// Plans and checks: targets, sizes, the map, every needed pack. Blocks while it reads the repository; writes nothing.
    ///
    /// Throws `refused` with the gravest reason, `damaged`, `unreachable`, `interrupted`.
    package static func prepare(
        _ request: RestoreRequest, targets: TargetAccess? = nil
    ) throws(RecoveryError) -> PreparedRestore {
        let view = request.view
        let access = targets ?? .machine(repositoryAt: view.repository.store.location)
        let disks: [DiskRecord]
        do { disks = try view.counted() } catch { throw RecoveryError(error, state: .untouched) }
        // Only for showing: one that is missing, damaged or foreign must not stop a restore whose blocks are sound.
        let machine = try? view.machine()
        var planner = RestorePlanner(
            host: view.host.name, moment: view.moment, disks: disks, allowsSubset: request.allowsSubset,
            sources: sourceFacts(machine, view), arrays: machine.map { SourceArray.find(in: view, machine: $0) } ?? [])
        planner.caches = machine.map { SourceCache.find(in: view, machine: $0) } ?? []
        planner.allowsFit = request.fit != nil
        planner.combines = request.combines
        planner.splits = request.split != nil
        let facts = request.mapping.map { access.look($0.target) }
        if let refusal = planner.refusals(request.mapping, targets: facts).first { throw RecoveryError(refusal) }
        let groups = TargetGroup.groups(request.mapping, facts, combines: request.combines)
        let content = RestoreContent(view, fitted: try fitted(request, planner, groups))
        planner.fitted = content.fitted
        let records = groups.compactMap { planner.record($0.assignment.source) }.map { content.record($0) }
        let demand: Demand
        do {
            demand = try Demand(of: records, in: content, isInterrupted: request.isInterrupted)
        } catch { throw RecoveryError(error, state: .untouched) }
        let summary = try Preflight(view: view, isInterrupted: request.isInterrupted).check(demand)
        var plan = planner.plan(groups.map(\.assignment), targets: groups.map(\.facts), demand: summary)
        plan.warnings =
            request.notes + twins(request, facts, machine, access).map(\.warning) + plan.warnings
        return PreparedRestore(
            plan: plan, request: request, access: access, groups: groups, demand: demand, content: content)
    }

    /// Disks whose targets are smaller, fitted to these; those that share a target, put together.
    private static func fitted(
        _ request: RestoreRequest, _ planner: RestorePlanner, _ groups: [TargetGroup]
    ) throws(RecoveryError) -> [UInt32: FittedDisk] {
        var fitted: [UInt32: FittedDisk] = [:]
        let reader = ViewReader(request.view)
        for group in groups {
            let target = group.facts
            guard let record = planner.record(group.disk) else { continue }
            let parts = groups.filter { $0.disk == group.disk }
            guard parts.count == 1 else {
                // With the first of them all are made.
                guard group.assignment.source == group.disk, let scratch = request.split else { continue }
                let disks = try DiskSplitter(
                    source: ViewDisk(reader, record), targets: parts.map(\.facts), scratch: scratch, tell: request.tell
                ).split()
                for disk in disks { fitted[disk.record.number] = disk }
                continue
            }
            guard group.others.isEmpty else {
                let records = [record] + group.others.compactMap { planner.record($0) }
                fitted[record.number] = try DiskCombiner(
                    sources: records.map { ViewDisk(reader, $0) }, target: target
                ).combine()
                continue
            }
            guard let scratch = request.fit, target.kind != .absent, target.geometry.sizeInBytes < record.sizeInBytes
            else { continue }
            let name = "disk \(record.number) of \(planner.host)"
            do throws(RecoveryError) {
                fitted[record.number] = try DiskFitter(
                    source: ViewDisk(reader, record, name: name), target: target, scratch: scratch,
                    tell: request.tell, isInterrupted: request.isInterrupted
                ).fit()
            } catch {
                // A signal to the terminal ends the programs as well; then that is no failure of theirs.
                if request.isInterrupted() { throw .interruptedBeforeWriting }
                throw error
            }
        }
        return fitted
    }

    /// Of a disk that was captured from an image; a device had the sectors that its record has. nil when the moment cannot be
    /// read there: the pre-flight says what is damaged.
    private static func tableSectorSize(_ disk: DiskDescription, _ reader: ViewReader) -> Int? {
        guard !disk.path.hasPrefix("/dev/"), let record = reader.view.disk(UInt32(clamping: disk.number)) else {
            return nil
        }
        // As said above: whoever reads the disk next says it.
        let unit = try? Probe.tableSectorSize(of: ViewDisk(reader, record))
        return unit == Int(record.logicalSectorSize) ? nil : unit
    }

    /// Other disks of this machine that have what the disks of the moment have. A target that is an image file is started
    /// elsewhere.
    private static func twins(
        _ request: RestoreRequest, _ facts: [TargetFacts], _ machine: MachineDescription?, _ access: TargetAccess
    ) -> [TwinDisk] {
        let numbers = zip(request.mapping, facts).filter { $1.kind == .device }.map { Int($0.0.source) }
        guard let machine, !numbers.isEmpty else { return [] }
        let disks = machine.disks.filter { numbers.contains($0.number) }
        return TwinSearch.twins(of: TwinSearch.marks(of: disks, in: request.view), among: access.bystanders(facts))
    }

    private static func sourceFacts(_ machine: MachineDescription?, _ view: View) -> [UInt32: SourceFacts] {
        guard let machine else { return [:] }
        let reader = ViewReader(view)
        let pairs = machine.disks.map { disk in
            (
                UInt32(clamping: disk.number),
                SourceFacts(
                    description: disk.identity.summary ?? disk.path, hasGPT: disk.partitionTable?.kind == "gpt",
                    tableSectorSize: tableSectorSize(disk, reader))
            )
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

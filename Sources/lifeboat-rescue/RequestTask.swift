import BlockDevices
import Inventory
import LinuxSystem
import Recovery
import Repository
import RepositoryFormat
import RescueConsole

/// One request at work, on its own thread.
struct RequestTask: Sendable {
    let worker: RequestWorker
    let ticket: Int
    let cancellation: Cancellation

    var options: AgentOptions { worker.options }

    func open(_ address: String) throws -> OpenedRepository {
        try OpenedRepository(address, access: worker.currentAccess, cancellation) { [worker, ticket] text in
            worker.post(.trouble(text), ticket: ticket)
        }
    }

    func openRepository(_ address: String) throws -> ConsoleResult {
        let repository = try open(address).repository
        let present = MachineLikeness.Present(
            product: .current, networkInterfaces: NetworkInterface.all(),
            disks: presentDisks(repository: address).map(\.identity))
        // What their moments say of the machines, as far as that is known in a few seconds: a list that comes late is worse
        // than one without a suggestion.
        let deadline = Clocks.monotonicNanoseconds + 8_000_000_000
        return .repositoryOpened(
            try repository.hosts().map { host in
                let timeline = try repository.timeline(of: host)
                var choice = HostChoice(HostSummary(timeline))
                // A description that cannot be read must not stop a restore whose blocks are sound.
                if let newest = timeline.moments.last, Clocks.monotonicNanoseconds < deadline,
                    let machine = try? repository.machine(of: newest, host: host.id)
                {
                    choice.add(machine, present: present)
                }
                return choice
            })
    }

    func loadTimeline(_ address: String, host: String) throws -> ConsoleResult {
        let timeline = try open(address).repository.timeline(of: host)
        let drills = timeline.history.drills
        return .timelineLoaded(
            try timeline.listed().map { MomentChoice($0, drill: drills[$0.position]) },
            isFollowed: !timeline.history.layers.isEmpty, chart: ActivityChart(timeline, style: .ascii))
    }

    func findMoment(_ address: String, host: String, time: TimeExpression, now: Int64) throws -> ConsoleResult {
        .momentFound(MomentChoice(try open(address).repository.timeline(of: host).moment(at: time, now: now)))
    }

    func listDisks(_ selection: RestoreSelection) throws -> ConsoleResult {
        let view = try view(of: selection, in: try open(selection.repository).repository)
        // Only for showing; a description that cannot be read must not stop a restore whose blocks are sound.
        let machine = try? view.machine()
        let present = presentDisks(repository: selection.repository)
        return .disksListed(
            sources: SourceDisks.merge(view.root.disks, machine: machine), targets: present, absence: absence(present))
    }

    /// Why there is no disk to write to; nothing where there is one.
    func absence(_ present: [PresentDisk]) -> [String] {
        guard present.allSatisfy({ !$0.obstacles.isEmpty }) else { return [] }
        return MissingDisks.reasons(StorageController.all(), kernelLog: kernelLog() ?? "")
    }

    /// What the kernel said since it started; nil where it cannot be had.
    func kernelLog() -> String? {
        do {
            let said = try ChildProcess.run(["dmesg"])
            guard said.status.isSuccess else {
                Terminal.log("agent: dmesg: \(said.errorText)")
                return nil
            }
            return String(decoding: said.output, as: UTF8.self)
        } catch {
            Terminal.log("agent: the kernel's log cannot be read: \(error)")
            return nil
        }
    }

    /// The moment as it was chosen; retention may have removed it since.
    func view(of selection: RestoreSelection, in repository: Repository) throws -> View {
        let timeline = try repository.timeline(of: selection.host)
        let moment = try Self.moment(selection, in: timeline)
        return try View(repository, timeline: timeline, moment: moment)
    }

    private static func moment(_ selection: RestoreSelection, in timeline: Timeline) throws(RepositoryError) -> Moment {
        do {
            return try timeline.moment(at: selection.moment.position, time: selection.moment.time)
        } catch {
            guard error.code == .noMoment else { throw error }
            throw RepositoryError(
                .noMoment,
                "The chosen moment of \(selection.host) is not in the repository any more. Nothing was written. "
                    + "Go back and choose another.")
        }
    }

    /// The disks of this machine; `repository` is a directory or an address (which lies on none of them).
    func presentDisks(repository: String) -> [PresentDisk] {
        let disks = DiskInventory.present(
            includingLoopDevices: options.onlyDisks != nil,
            repositories: repository.hasPrefix("/") ? [repository] : [])
        guard let only = options.onlyDisks else { return disks }
        return disks.filter { only.contains($0.path) }
    }

    /// The right to work on this machine's disks; nil when another console has it. Who meets it sees at once what is done, and can
    /// attach: looking at the disks, which comes next, takes seconds.
    func takeMachine(_ about: String) throws -> MachineLock? {
        guard let lock = try MachineLock.take(options.stateDirectory) else { return nil }
        lock.say([about])
        worker.openTheDoor()
        return lock
    }

    func lookForOtherConsole() throws -> ConsoleResult {
        // Held only for this look; a job takes it again when it starts.
        guard try MachineLock.take(options.stateDirectory) != nil else {
            return .busy(MachineLock.holder(options.stateDirectory))
        }
        return .free
    }
}

internal import LinuxSystem
internal import RepositoryFormat

extension Repository {
    /// Does what an administrator ordered, here or, over HTTP, at the server.
    ///
    /// Throws as `prune(_:observer:)`; over HTTP also `denied` without an admin token, and `unreachable`.
    package func prune(
        _ order: PruneOrder, program: String, observer: @escaping @Sendable (PruneProgress) -> Void = { _ in }
    ) throws(RepositoryError) -> PruneReport {
        // Read here as well: what cannot be done is said without a word to the server.
        let request = try order.request(now: Clocks.utcNanoseconds, program: program)
        if let remote = store as? HTTPStore { return try RemotePrune(remote).run(order, observer: observer) }
        return try prune(request, observer: observer)
    }

    /// Thins out the history of hosts as their policies say, and removes what nothing needs any more (docs/decisions/0007).
    ///
    /// A dry run does the same in memory and changes nothing; its numbers are those of a run at the same time. Throws `locked`
    /// while another prune runs, `badInput` where the store cannot remove objects, `damaged` when what is garbage cannot be
    /// told. May be killed anywhere.
    package func prune(
        _ request: PruneRequest, observer: @escaping (PruneProgress) -> Void = { _ in }
    ) throws(RepositoryError) -> PruneReport {
        guard let store = store as? any CollectableObjectStore else {
            throw RepositoryError(
                .badInput,
                "The repository at \(self.store.location) cannot be pruned from here: give the directory that holds it."
            )
        }
        do {
            guard request.isDryRun else {
                return try store.exclusively("prune") {
                    try Pruner(self, store, request, observer).run()
                }
            }
            let rehearsal = RehearsalStore(store)
            return try Pruner(try Repository.open(rehearsal), rehearsal, request, observer).run()
        } catch let error as RepositoryError {
            throw error
        } catch let error as StoreError {
            throw RepositoryError(error, object: "What was to be pruned")
        } catch { throw RepositoryError(.inputOutput, "The repository could not be pruned: \(error)") }
    }
}

/// One prune: thins out each host, then collects.
struct Pruner {
    private let repository: Repository
    private let store: any CollectableObjectStore
    private let request: PruneRequest
    private let observer: (PruneProgress) -> Void

    init(
        _ repository: Repository, _ store: any CollectableObjectStore, _ request: PruneRequest,
        _ observer: @escaping (PruneProgress) -> Void
    ) {
        self.repository = repository
        self.store = store
        self.request = request
        self.observer = observer
    }

    func run() throws -> PruneReport {
        var report = PruneReport(repository: store.location, dryRun: request.isDryRun)
        let hosts = try chosenHosts()
        do {
            // While it thins, a prune is a writer like any other.
            let lease = try store.lease()
            defer { extendLifetime(lease) }
            _ = try CondemnedList.load(store)
            for host in try repository.hosts() { try movePointer(of: host) }
            for host in hosts {
                report.hosts.append(
                    try HostThinning(repository, store, host, request, advance: thinning(of: host.name)).run())
            }
        }
        let collector = Collector(
            repository, store, grace: request.grace, program: request.program, checkInterruption: checkInterruption
        ) { [observer] objects in
            if objects % 256 == 0 { observer(.marking(objects: objects)) }
        }
        try collector.run()
        report.freedObjects = collector.freed.objects
        report.freedBytes = collector.freed.bytes
        report.hollowedPacks = collector.hollowed
        report.waitingObjects = collector.waiting.objects
        report.waitingBytes = collector.waiting.bytes
        if !collector.holdingLeases.isEmpty {
            report.notes.append(
                "\(collector.holdingLeases.count) writers that were at work when objects were condemned still are; what was "
                    + "condemned before they end is removed by a later prune.")
        }
        for host in report.hosts where host.policy == nil {
            report.notes.append(
                "\(host.name) has no retention policy, so that all of its history is kept. Set one with "
                    + "\"lifeboat prune \(host.name) --set --keep …\".")
        }
        return report
    }

    /// A writer that was killed between a head and the pointer had published: readers must see that head before anything goes.
    private func movePointer(of host: HostList.Host) throws {
        let timeline = try repository.timeline(of: host)
        let publisher = try HistoryPublisher(timeline)
        publisher.holdsLease = true
        try publisher.refresh()
        guard publisher.head.number > timeline.head.number else { return }
        try publisher.amend(program: request.program) { _ in true }
    }

    private func thinning(of host: String) -> (Int, Int) throws(RepositoryError) -> Void {
        { [observer, checkInterruption] (done, total) throws(RepositoryError) in
            try checkInterruption()
            observer(.thinning(host: host, done: done, of: total))
        }
    }

    private var checkInterruption: () throws(RepositoryError) -> Void {
        { [request] () throws(RepositoryError) in
            guard request.shouldStop() else { return }
            throw RepositoryError(
                .interrupted, "The prune was interrupted. Every moment in the list is whole; run it again to go on.")
        }
    }

    private func chosenHosts() throws -> [HostList.Host] {
        let all = try repository.hosts()
        guard !request.hosts.isEmpty else { return all }
        for name in request.hosts where !all.contains(where: { $0.name == name }) {
            // Throws, and names the hosts there are.
            _ = try repository.timeline(of: name)
        }
        return all.filter { request.hosts.contains($0.name) }
    }
}

internal import Digests
internal import FoundationEssentials
internal import LinuxSystem
internal import RepositoryFormat

/// Removes what nothing names: condemns first, removes what was condemned long enough ago (format.md, section 14).
///
/// One at a time (`Pruner` holds the lock). Safe beside readers and writers, and when it is killed anywhere.
final class Collector {
    struct Totals {
        var objects = 0
        var bytes: UInt64 = 0

        mutating func add(_ length: UInt64) {
            objects += 1
            bytes += length
        }
    }

    private let repository: Repository
    private let store: any CollectableObjectStore
    private let grace: Int64
    private let live: LiveObjects
    private var hosts: Set<HostIdentifier> = []
    /// Removed in this run.
    private(set) var freed = Totals()
    /// Condemned, and removed by a later run.
    private(set) var waiting = Totals()
    /// Writers that what is due waits for.
    private(set) var holdingLeases: Set<String> = []
    private let program: String

    /// `grace` in nanoseconds: how long a reader may go on with the state that it opened.
    init(
        _ repository: Repository, _ store: any CollectableObjectStore, grace: Int64, program: String,
        advance: @escaping (Int) throws(RepositoryError) -> Void
    ) {
        self.repository = repository
        self.store = store
        self.grace = grace
        self.program = program
        live = LiveObjects(repository, advance: advance)
    }

    func run() throws {
        let known = try lists()
        try condemn(except: Set(known.values.flatMap(\.names)))
        try complete()
        let due = try self.due()
        // Writers that were at work when these were condemned have ended: what they published is seen now.
        if !due.isEmpty { try live.mark(hosts) }
        for stage in Stage.allCases {
            for list in due { try remove(stage, of: list) }
        }
        for list in due { try finish(list) }
        for list in try lists().values {
            for name in list.names {
                if let length = try store.length(of: name) { waiting.add(length) }
            }
        }
        freed.bytes += try store.removeLeftovers(before: Clocks.utcNanoseconds - max(grace, 3_600_000_000_000))
    }

    private func lists() throws -> [String: CondemnedObjects] {
        var lists: [String: CondemnedObjects] = [:]
        for name in try store.list(ObjectName.condemned) { lists[name] = try store.condemnedObjects(name) }
        return lists
    }

    /// Writes down what nothing names, apart from what is written down already.
    private func condemn(except known: Set<String>) throws {
        // Listed before marking: what appears later is not looked at.
        let names = try store.list("hosts/") + store.list(ObjectName.packs)
        for name in names where name.hasPrefix("hosts/") {
            if let id = UUID(uuidString: String(name.dropFirst(6).prefix { $0 != "/" })) { hosts.insert(id) }
        }
        try live.mark(hosts)
        let garbage = names.filter { !known.contains($0) && !live.contains($0) }.sorted()
        let time = Clocks.utcNanoseconds
        for start in stride(from: 0, to: garbage.count, by: CondemnedObjects.limit) {
            let part = garbage[start..<min(start + CondemnedObjects.limit, garbage.count)]
            let stamp = Timestamp.text(ofNanoseconds: time).filter(\.isNumber)
            let name = "\(ObjectName.condemned)\(stamp)-\(UUID().text.prefix(8))"
            try store.replace(name, encodeJSON(CondemnedObjects(time: time, names: Array(part))))
        }
    }

    /// Notes in each list who was at work once it could be seen: all others know it.
    private func complete() throws {
        for (name, var list) in try lists() where list.leases == nil {
            list.leases = try store.heldLeases(removingDead: true).sorted()
            try store.replace(name, encodeJSON(list))
        }
    }

    /// Names of the lists whose objects may go.
    private func due() throws -> [String] {
        let held = try store.heldLeases(removingDead: true)
        var due: [String] = []
        for (name, list) in try lists() where Clocks.utcNanoseconds - list.time >= grace {
            let holding = held.intersection(list.leases ?? [])
            holdingLeases.formUnion(holding)
            if holding.isEmpty { due.append(name) }
        }
        return due.sorted()
    }

    /// Every stage is durable before the next: nothing that is left names what is gone, and no index vouches for a pack that
    /// is not there.
    private enum Stage: CaseIterable {
        case heads, history, pages, indexes, packs

        init(_ name: String) {
            if name.hasPrefix(ObjectName.packs) {
                self = name.hasSuffix(ObjectName.indexSuffix) ? .indexes : .packs
            } else if name.contains("/heads/") {
                self = .heads
            } else {
                self = name.contains("/maps/pages/") ? .pages : .history
            }
        }
    }

    private func remove(_ stage: Stage, of name: String) throws {
        if stage == .heads { try raiseOldestHead(name) }
        try store.waiting(for: DirectoryStore.gate) {
            // Writers take names off the list that they are about to refer to.
            let list = try store.condemnedObjects(name)
            var gone: [String] = []
            for object in list?.names ?? [] where Stage(object) == stage && !live.contains(object) {
                guard let length = try store.length(of: object) else { continue }
                gone.append(object)
                freed.add(length)
            }
            try store.remove(gone)
        }
    }

    private func finish(_ name: String) throws {
        try store.waiting(for: DirectoryStore.gate) { try store.remove([name]) }
    }

    /// Says in a new head which heads may be missing from now on, so that a loss is never taken for a collection.
    private func raiseOldestHead(_ name: String) throws {
        var oldest: [String: UInt64] = [:]
        for object in try store.condemnedObjects(name)?.names ?? [] where Stage(object) == .heads {
            let parts = object.split(separator: "/")
            guard !live.contains(object), let number = UInt64(parts[3]) else { continue }
            oldest[String(parts[1])] = max(oldest[String(parts[1])] ?? 0, number + 1)
        }
        for host in try repository.hosts() {
            guard let number = oldest[host.id.text] else { continue }
            let publisher = try HistoryPublisher(repository.timeline(of: host))
            try publisher.amend(program: program) { head in
                guard head.oldestHead ?? 0 < number else { return false }
                head.oldestHead = number
                return true
            }
        }
    }
}

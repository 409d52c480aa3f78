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
    /// Packs of which only the frames in use were kept.
    private(set) var hollowed = 0
    /// Writers that what is due waits for.
    private(set) var holdingLeases: Set<String> = []
    private let program: String
    private let checkInterruption: () throws(RepositoryError) -> Void

    /// `grace` in nanoseconds: how long a reader may go on with the state that it opened. `checkInterruption` is asked
    /// between pieces of work and ends the collection by throwing; `advance` hears how many objects were looked at.
    init(
        _ repository: Repository, _ store: any CollectableObjectStore, grace: Int64, program: String,
        checkInterruption: @escaping () throws(RepositoryError) -> Void, advance: @escaping (Int) -> Void
    ) {
        self.repository = repository
        self.store = store
        self.grace = grace
        self.program = program
        self.checkInterruption = checkInterruption
        live = LiveObjects(repository) { objects throws(RepositoryError) in
            try checkInterruption()
            advance(objects)
        }
    }

    func run() throws {
        let known = try lists()
        try condemn(
            except: Set(known.values.flatMap(\.names)), Set(known.values.flatMap { ($0.packs ?? []).map(\.id) }))
        try complete()
        let due = try self.due()
        // Writers that were at work when these were condemned have ended: what they published is seen now.
        if !due.isEmpty { try live.mark(hosts) }
        for stage in Stage.allCases {
            for list in due {
                try checkInterruption()
                try remove(stage, of: list)
            }
        }
        for list in due { try hollow(list) }
        for list in due { try finish(list) }
        for list in try lists().values {
            for pack in list.packs ?? [] { waiting.bytes += try deadBytes(of: pack) }
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
    private func condemn(except known: Set<String>, _ knownPacks: Set<String>) throws {
        // Listed before marking: what appears later is not looked at.
        let names = try store.list("hosts/") + store.list(ObjectName.packs)
        for name in names where name.hasPrefix("hosts/") {
            if let id = UUID(uuidString: String(name.dropFirst(6).prefix { $0 != "/" })) { hosts.insert(id) }
        }
        try live.mark(hosts)
        let garbage = withoutFewHeads(names.filter { !known.contains($0) && !live.contains($0) }).sorted()
        for start in stride(from: 0, to: garbage.count, by: CondemnedObjects.limit) {
            let part = garbage[start..<min(start + CondemnedObjects.limit, garbage.count)]
            try write(CondemnedObjects(time: Clocks.utcNanoseconds, names: Array(part)))
        }
        let wasteful = try wastefulPacks(in: Set(names)).filter { !knownPacks.contains($0.id) }
        for start in stride(from: 0, to: wasteful.count, by: CondemnedObjects.limit) {
            var list = CondemnedObjects(time: Clocks.utcNanoseconds, names: [])
            list.packs = Array(wasteful[start..<min(start + CondemnedObjects.limit, wasteful.count)])
            try write(list)
        }
    }

    /// Removing heads makes a head, so a few of them wait for more: else there was always one to remove.
    private func withoutFewHeads(_ garbage: [String]) -> [String] {
        let isHead = { (name: String) in Stage(name) == .heads }
        let hosts = Dictionary(grouping: garbage.filter(isHead)) {
            $0.prefix { $0 != "/" } + $0.dropFirst(6).prefix(36)
        }
        let few = Set(hosts.values.filter { $0.count < 8 }.joined())
        return garbage.filter { !few.contains($0) }
    }

    private func write(_ list: CondemnedObjects) throws {
        let stamp = Timestamp.text(ofNanoseconds: list.time).filter(\.isNumber)
        try store.replace("\(ObjectName.condemned)\(stamp)-\(UUID().text.prefix(8))", encodeJSON(list))
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

/// Packs of which only a part is in use.
extension Collector {
    /// Packs of which less than half of the stored bytes is in use, with the frames that are.
    private func wastefulPacks(in names: Set<String>) throws -> [CondemnedObjects.Pack] {
        var found: [CondemnedObjects.Pack] = []
        for (id, used) in live.packs.sorted(by: { $0.key < $1.key }) {
            let name = ObjectName.packIndex(id)
            guard names.contains(name) else { continue }
            // The number of frames stands in the index; most packs are in use as a whole.
            let count = try store.read(name, at: 40, count: 4).reversed().reduce(0) { $0 << 8 | Int($1) }
            guard used.count < count else { continue }
            let (index, _) = try PackIndexCache.usable(id, in: store)
            let stored = index.frames.reduce(0) { $0 + $1.storedLength }
            let live = index.frames.indices.reduce(0) { $0 + (used.contains($1) ? index.frames[$1].storedLength : 0) }
            guard live * 2 < stored else { continue }
            let frames = PageEncoder.ranges(index.frames.indices.filter(used.contains).map { UInt32($0) })
            found.append(CondemnedObjects.Pack(id: id.hex, frames: frames.map { [Int($0.lowerBound), $0.count] }))
        }
        return found
    }

    /// The frames of a condemned pack that stay: those that were in use, and what writers of that time have used since.
    private func kept(of pack: CondemnedObjects.Pack, _ id: Digest, _ index: PackIndex) -> [Int] {
        index.frames.indices.filter {
            index.holds(frame: $0) && (pack.keeps($0) || live.packs[id]?.contains($0) ?? false)
        }
    }

    private func deadBytes(of pack: CondemnedObjects.Pack) throws -> UInt64 {
        guard let id = Digest(hex: pack.id), try store.length(of: ObjectName.packIndex(id)) != nil else { return 0 }
        let (index, _) = try PackIndexCache.usable(id, in: store)
        let hollow = HollowPack(id, keeping: kept(of: pack, id, index), of: index)
        return index.packLength - min(hollow.length, index.packLength)
    }

    private func hollow(_ name: String) throws {
        for pack in try store.condemnedObjects(name)?.packs ?? [] {
            try checkInterruption()
            try store.waiting(for: DirectoryStore.gate) {
                // Writers take a pack off the list that they are about to store again.
                guard try store.condemnedObjects(name)?.packs?.contains(pack) == true, let id = Digest(hex: pack.id),
                    try store.length(of: ObjectName.packIndex(id)) != nil
                else { return }
                try hollow(pack, id)
            }
        }
    }

    /// What is left is durable before the whole pack goes; frames are verified on the way.
    private func hollow(_ pack: CondemnedObjects.Pack, _ id: Digest) throws {
        let (index, isHollow) = try PackIndexCache.usable(id, in: store)
        let kept = kept(of: pack, id, index)
        let hollow = HollowPack(id, keeping: kept, of: index)
        guard hollow.length < index.packLength else { return }
        let source = isHollow ? ObjectName.hollowPack(id) : ObjectName.pack(id)
        let hasher = SHA256()
        var bytes = hollow.encoded()
        bytes.reserveCapacity(Int(hollow.length))
        for number in kept {
            let frame = index.frames[number]
            let stored = try store.read(source, at: frame.offset, count: frame.storedLength)
            guard stored.withUnsafeBytes({ hasher.digest(of: $0) }) == frame.digest else {
                throw FrameReader.damaged(id, number, frame, "does not match its digest; the pack was left as it is")
            }
            bytes += stored
        }
        try store.replace(ObjectName.hollowPack(id), bytes)
        if !isHollow { try store.remove([ObjectName.pack(id)]) }
        hollowed += 1
        freed.bytes += index.packLength - hollow.length
    }
}

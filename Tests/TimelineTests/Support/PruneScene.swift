import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// A prune of a small host that may be cut anywhere.
enum PruneScene: String, CaseIterable, CustomStringConvertible, Sendable {
    case atOnce = "history is thinned out, garbage condemned, removed and packs hollowed, at once"
    case beforeTheGrace = "history is thinned out and garbage condemned"
    case afterTheGrace = "what an earlier prune condemned is removed"
    case besideAWriter = "a writer is at work that may refer to what is condemned"
    case withoutPolicy = "garbage is collected and nothing thinned out"

    var description: String { rawValue }

    static let policy: ModelPolicy = {
        var policy = ModelPolicy()
        policy.all = 2
        policy.rules = [.init(period: .hour, hours: 9), .init(period: .day, hours: nil)]
        policy.keepsMarked = true
        return policy
    }()

    private static let hour: Int64 = 3_600_000_000_000

    /// A day of writes with roll-ups, marks and gaps: several complete maps, packs of many frames, and more heads than are kept.
    static func prepare(seed: UInt64) throws -> World {
        let world = try World(small: seed)
        world.windows.journal = hour
        world.windows.delta = 2 * hour
        world.windows.map = 4 * hour
        try open(world, inlineLimit: 0)
        for segment in 0..<36 {
            // From here on frames are inside the segments, and of several segments in one pack once they are rolled up.
            if segment == 10 { try open(world) }
            for _ in 0..<2 {
                world.clock += 840_000_000_000
                if !(9...14).contains(segment) { try world.write(#require(world.writer)) }
            }
            try wasteful(segment, world)
            if segment % 7 == 1 { try world.mark(#require(world.writer)) }
            if segment == 4 { try world.gap(#require(world.writer), .degraded) }
            if segment == 5 { try world.endGap(#require(world.writer)) }
            try world.writer?.publish()
            try world.settle()
        }
        world.writer = nil
        try world.rollUp(atMost: .max)
        return world
    }

    /// Large contents that last less than an hour, and small ones that last: packs of which little, and nothing, is used later.
    private static func wasteful(_ segment: Int, _ world: World) throws {
        guard (9...14).contains(segment) else { return }
        let isLarge = segment % 2 == 1
        let (disk, start, count): (UInt32, Int, Int) = isLarge ? (0, 1_000, 400) : (3, segment * 20, 8)
        world.nextContent += UInt32(count)
        let ids = (0..<UInt32(count)).map { world.nextContent - UInt32(count) + $0 }
        try write(ids, disk, start, world)
        if segment == 14 { try write([UInt32](repeating: SectorContent.zero, count: 400), 0, 1_000, world) }
    }

    private static func write(_ ids: [UInt32], _ disk: UInt32, _ start: Int, _ world: World) throws {
        world.log(.write(disk: disk, start: start, ids: ids))
        try world.writer?.write(time: world.clock, disk: disk, offset: UInt64(start) * 512, world.bytes(ids[...]))
    }

    static func open(_ world: World, inlineLimit: Int = 512 << 10) throws {
        var options = JournalWriter.Options(program: "model")
        options.inlineLimit = inlineLimit
        options.interval = .max
        options.rollsUp = false
        options.windows = world.windows
        try world.open(options)
    }

    /// What comes before it in other processes.
    func begin(_ world: World) throws {
        switch self {
        case .atOnce, .beforeTheGrace, .withoutPolicy: return
        case .afterTheGrace:
            let thinning = try world.thinning(Self.policy, now: Self.now(world))
            _ = try Repository.open(BrittleStore(world.base)).prune(Self.beforeTheGrace.request(world))
            try world.settle(thinning)
        case .besideAWriter:
            try Self.open(world)
            // The contents of old states, so that the writer refers to what is about to be condemned.
            for entry in world.oracle.log.prefix(20) {
                guard case .write(let disk, let start, let ids) = entry.change else { continue }
                try Self.write(ids, disk, start, world)
            }
            try world.settle()
        }
    }

    func request(_ world: World) throws -> PruneRequest {
        var request = PruneRequest(now: Self.now(world), program: "model")
        request.policy = self == .withoutPolicy ? nil : try RetentionPolicy(Self.policy.text)
        request.grace = self == .beforeTheGrace ? Self.hour : 0
        return request
    }

    /// What the prune takes away.
    func thinning(_ world: World) throws -> ModelThinning? {
        self == .withoutPolicy ? nil : try world.thinning(Self.policy, now: Self.now(world))
    }

    /// Which of a prune's calls to be cut at: all, or all but reads and removals that have many neighbours like them.
    static func places(_ calls: [String], all: Bool) -> [Int] {
        var count: [String: Int] = [:]
        return calls.indices.filter { index in
            let kind = kind(of: calls[index])
            count[kind, default: 0] += 1
            let isOften = ["read", "length", "remove"].contains { kind.hasPrefix($0) }
            return all || !isOften || count[kind, default: 0] % 25 == 1
        }.map { $0 + 1 }
    }

    /// The verb, and what sort of object it is about.
    private static func kind(of call: String) -> String {
        let parts = call.split(separator: " ", maxSplits: 1)
        let folders = parts.count < 2 ? [] : parts[1].split(separator: "/")
        let sort = folders.first == "hosts" && folders.count > 2 ? folders[2] : folders.first ?? ""
        let suffix = folders.last?.split(separator: ".").dropFirst().last ?? ""
        return "\(parts[0]) \(sort) \(suffix)"
    }

    static func now(_ world: World) -> Int64 { world.clock + hour / 2 }
}

extension World {
    func thinning(_ policy: ModelPolicy, now: Int64) throws -> ModelThinning? {
        ModelThinning(policy, now: now, oracle, try timeline().history)
    }

    /// What a cut prune left, apart from names that are drawn.
    func prunedOutcome() throws -> [String] {
        let timeline = try timeline()
        let objects = memory?.objects ?? [:]
        var lines = ["\(timeline.head.number)"]
        for (name, bytes) in objects {
            guard name.hasPrefix(ObjectName.condemned) else {
                lines.append(name)
                continue
            }
            let list = try CondemnedObjects.decode(bytes, name: name)
            lines.append("\(list.names) \(list.packs ?? []) \(list.leases == nil)")
        }
        return lines.sorted()
    }
}

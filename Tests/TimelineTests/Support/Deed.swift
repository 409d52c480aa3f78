import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// One thing that is done to a timeline, which may be cut anywhere.
enum Deed: String, CaseIterable, CustomStringConvertible, Sendable {
    case takeOver = "a writer takes over"
    case publishInline = "a segment with its frames inside is published"
    case publishPack = "a segment with a pack is published"
    case publishAndRollUp = "a segment is published and the history rolled up"
    case mark = "a mark is set behind writes"
    case beginGap = "a gap begins"
    case endGap = "a gap ends"
    case rollUp = "journals, deltas and maps are rolled up"
    case pack = "old entries become a manifest, and manifests one"
    case scan = "disks are scanned"

    var description: String { rawValue }

    /// A history that the deed finds something to do in.
    func prepare(seed: UInt64) throws -> World {
        let world = try World(small: seed)
        var options = Self.options(of: world)
        options.rollsUp = false
        try world.open(options)
        for segment in 0..<14 {
            try write(5, world)
            if segment == 3 { try world.mark(#require(world.writer)) }
            if segment == 6 { try world.gap(#require(world.writer), .degraded) }
            if segment == 8 { try world.endGap(#require(world.writer)) }
            try world.writer?.publish()
            try world.settle()
            world.clock += 400_000_000
        }
        if self == .endGap { try world.gap(#require(world.writer), .agentOff) }
        try world.settle()
        if self == .publishAndRollUp { try world.rollUp(atMost: 2) }
        if self == .pack { try fill(world) }
        world.writer = nil
        try world.settle()
        return world
    }

    /// Entries up to where one more makes a manifest, and that manifest the last of eight.
    private func fill(_ world: World) throws {
        let publisher = try HistoryPublisher(try world.timeline())
        let last = world.oracle.log[world.oracle.log.count - 1]
        while true {
            let waiting = publisher.head.entries.layers.count { $0.level == 0 }
            guard publisher.head.manifests.count < 7 || publisher.head.entries.count - waiting < 64 else { return }
            let count = publisher.head.manifests.count < 7 ? 65 : 64 - (publisher.head.entries.count - waiting)
            let marks = (0..<count).map { number in
                let label = "\(publisher.head.number).\(number)"
                return Mark(position: last.position, time: last.time, kind: .label, label: label)
            }
            world.oracle.marks += marks
            try publisher.amend(program: "model") { head in
                head.entries.marks += marks
                return true
            }
        }
    }

    private static func options(of world: World) -> JournalWriter.Options {
        var options = JournalWriter.Options(program: "model")
        options.interval = .max
        options.windows = world.windows
        return options
    }

    /// What comes before it in the same process.
    func begin(_ world: World) throws {
        var options = Self.options(of: world)
        options.rollsUp = self == .publishAndRollUp
        options.inlineLimit = self == .publishPack || self == .publishAndRollUp ? 0 : 512 << 10
        switch self {
        case .takeOver, .rollUp, .scan: break
        case .beginGap, .endGap, .pack: try world.open(options)
        case .mark, .publishInline, .publishPack, .publishAndRollUp:
            try world.open(options)
            try write(6, world)
        }
    }

    /// The deed itself. `disks` are what a scan finds.
    func run(_ world: World, _ disks: [ModelDisk]) throws {
        switch self {
        case .takeOver: try world.open(Self.options(of: world))
        case .publishInline, .publishPack, .publishAndRollUp: try world.writer?.publish()
        case .mark, .pack: try world.mark(#require(world.writer))
        case .beginGap: try world.gap(#require(world.writer), .agentOff)
        case .endGap: try world.endGap(#require(world.writer))
        case .rollUp: try world.rollUp(atMost: .max)
        case .scan: try world.scan(disks)
        }
        try world.settle()
    }

    private func write(_ count: Int, _ world: World) throws {
        for _ in 0..<count {
            world.clock += 70_000_000
            try world.write(#require(world.writer))
        }
    }
}

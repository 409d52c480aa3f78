import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// What goes on in a timeline while it is pruned.
enum Neighbour: String, CaseIterable, CustomStringConvertible, Sendable {
    case publish = "a writer publishes what it refers to"
    case rollUp = "the history is rolled up by itself"
    case scan = "disks are scanned"
    case takeOver = "another writer takes over"
    case mark = "an operator sets a mark"

    var description: String { rawValue }

    /// Before the two meet.
    func begin(_ world: World) throws {
        switch self {
        case .publish, .takeOver: try PruneScene.besideAWriter.begin(world)
        case .rollUp:
            // Something to join.
            try PruneScene.open(world)
            for _ in 0..<10 {
                world.clock += 1_000_000_000_000
                for _ in 0..<3 { try world.write(#require(world.writer)) }
                try world.writer?.publish()
            }
            try world.settle()
            world.writer = nil
        case .scan, .mark: return
        }
    }

    func run(_ world: World, _ disks: [ModelDisk]) throws {
        switch self {
        case .publish: try world.writer?.publish()
        case .rollUp:
            let publisher = try HistoryPublisher(try world.timeline())
            let rollUp = try RollUp(publisher, program: "model", windows: world.windows)
            #expect(try rollUp.run() > 1)
        case .scan: try world.scan(disks)
        case .takeOver:
            world.writer = nil
            try world.settle()
            try PruneScene.open(world)
            try world.write(#require(world.writer))
        case .mark:
            let first = world.oracle.log[0]
            let mark = Mark(position: first.position, time: first.time, kind: .label, label: "by hand")
            world.oracle.marks.append(mark)
            try HistoryPublisher(try world.timeline()).amend(program: "model") { head in
                head.entries.marks.append(mark)
                return true
            }
        }
        try world.settle()
    }
}

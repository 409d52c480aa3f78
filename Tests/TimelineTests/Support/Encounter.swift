import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// Two that change one timeline at once: the second does all of its work in the middle of the first one's.
enum Encounter: String, CaseIterable, CustomStringConvertible, Sendable {
    case publishAndRollUp = "a roll-up inside a publication"
    case rollUpAndPublish = "a publication inside a roll-up"
    case rollUps = "a roll-up inside another"
    case scanAndRollUp = "a roll-up inside a scan"
    case rollUpAndScan = "a scan inside a roll-up"
    case takeOverAndPublish = "a publication of the old writer while a new one takes over"
    case publishAndTakeOver = "a new writer takes over inside a publication"
    case publishAndMark = "an operator's mark inside a publication"
    case markAndPublish = "a publication inside an operator's mark"

    var description: String { rawValue }

    /// Before the two meet.
    func begin(_ world: World) throws {
        switch self {
        case .rollUps, .scanAndRollUp, .rollUpAndScan: return
        default: try Deed.publishPack.begin(world)
        }
    }

    func first(_ world: World, _ disks: [ModelDisk]) throws {
        switch self {
        case .publishAndRollUp, .publishAndTakeOver, .publishAndMark: try Self.publish(world)
        case .rollUpAndPublish, .rollUps, .rollUpAndScan: try world.rollUp(atMost: .max)
        case .scanAndRollUp: try world.scan(disks)
        case .takeOverAndPublish: try Self.takeOver(world)
        case .markAndPublish: try Self.mark(world)
        }
    }

    func second(_ world: World, _ disks: [ModelDisk]) throws {
        switch self {
        case .publishAndRollUp, .rollUps, .scanAndRollUp: try world.rollUp(atMost: .max)
        case .rollUpAndPublish, .takeOverAndPublish, .markAndPublish: try Self.publish(world)
        case .rollUpAndScan: try world.scan(disks)
        case .publishAndTakeOver: try Self.takeOver(world)
        case .publishAndMark: try Self.mark(world)
        }
    }

    /// A writer that was overtaken is refused; that is how it should be.
    private static func publish(_ world: World) throws {
        do { try world.writer?.publish() } catch  where error.code == .locked {}
    }

    private static func takeOver(_ world: World) throws {
        var options = JournalWriter.Options(program: "model")
        options.interval = .max
        world.successor = try JournalWriter(try world.timeline(), options: options)
    }

    private static func mark(_ world: World) throws {
        let first = world.oracle.log[0]
        let mark = Mark(position: first.position, time: first.time, kind: .label, label: "by hand")
        world.oracle.marks.append(mark)
        try HistoryPublisher(try world.timeline()).amend(program: "model") { head in
            head.entries.marks.append(mark)
            return true
        }
    }
}

import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// A prune without any grace and somebody else at once: nothing that either needs is lost (format.md, section 14).
@Suite("A prune that meets others")
struct PruneEncounterTests {
    static let seed: UInt64 = 20_261_126

    @Test("at any of its points", arguments: Neighbour.allCases)
    func insidePrune(neighbour: Neighbour) throws {
        let start = try Self.prepare(neighbour)
        let alone = try Self.copy(start, neighbour)
        let counting = BrittleStore(alone.base)
        counting.arm(.max, .failure)
        _ = try Repository.open(counting).prune(PruneScene.atOnce.request(alone))
        var met = 0
        for number in Self.places(counting.calls) {
            let world = try Self.copy(start, neighbour)
            let disks = world.changedDisks()
            var thinnings = [try PruneScene.atOnce.thinning(world)]
            let pruner = BrittleStore(world.base)
            var second = Result<Void, any Error>.success(())
            pruner.interrupt(number) {
                second = Result {
                    try neighbour.run(world, disks)
                    thinnings.insert(try PruneScene.atOnce.thinning(world), at: 0)
                }
            }
            let request = try PruneScene.atOnce.request(world)
            let first = Result { try Repository.open(pruner).prune(request) }
            guard pruner.wasInterrupted else { continue }
            met += 1
            let place = "\(neighbour), seed \(Self.seed), in a prune at call \(number): \(pruner.calls[number - 1])"
            pruner.disarm()
            do {
                _ = try first.get()
                try second.get()
                try world.checkAfterMeeting(thinnings)
            } catch { Issue.record(error, "\(place)") }
        }
        print("prune: \(neighbour): met at \(met) points of a prune")
        #expect(met > 20, "\(neighbour): the two met \(met) times")
    }

    @Test("at any of their points", arguments: Neighbour.allCases)
    func pruneInside(neighbour: Neighbour) throws {
        let start = try Self.prepare(neighbour)
        let alone = try Self.copy(start, neighbour)
        alone.store.arm(.max, .failure)
        try neighbour.run(alone, alone.changedDisks())
        var met = 0
        for number in Self.places(alone.store.calls) {
            let world = try Self.copy(start, neighbour)
            let disks = world.changedDisks()
            var thinnings: [ModelThinning?] = []
            var second = Result<Void, any Error>.success(())
            world.store.interrupt(number) {
                second = Result {
                    thinnings = [try PruneScene.atOnce.thinning(world)]
                    _ = try Repository.open(BrittleStore(world.base)).prune(PruneScene.atOnce.request(world))
                }
            }
            let first = Result { try neighbour.run(world, disks) }
            // Under the lock of the last call nobody comes in between.
            guard world.store.wasInterrupted else { continue }
            met += 1
            let place =
                "a prune in \(neighbour), seed \(Self.seed), at call \(number): \(world.store.calls[number - 1])"
            world.store.disarm()
            do {
                try first.get()
                try second.get()
                try world.checkAfterMeeting(thinnings)
            } catch { Issue.record(error, "\(place)") }
        }
        print("prune: met \(neighbour) at \(met) points")
        #expect(met > (neighbour == .publish ? 1 : 2), "\(neighbour): the two met \(met) times")
    }

    /// In the middle of everything a writer is at work where the neighbour is one: it began before either.
    private static func prepare(_ neighbour: Neighbour) throws -> World {
        let world = try PruneScene.prepare(seed: seed)
        if neighbour == .rollUp { try neighbour.begin(world) }
        return world
    }

    private static func copy(_ start: World, _ neighbour: Neighbour) throws -> World {
        let world = try World(copyOf: start)
        if neighbour != .rollUp { try neighbour.begin(world) }
        return world
    }

    /// Between two reads of what never changes there is nothing to meet at, and of removals that are alike some are enough.
    private static func places(_ calls: [String]) -> [Int] {
        PruneScene.places(calls, all: ModelTests.operations != nil).filter { number in
            let call = calls[number - 1]
            return !call.hasPrefix("read ") && !call.hasPrefix("length ") || call.hasSuffix("/head")
                || call.contains("/heads/") || call.contains("condemned/")
        }
    }
}

extension World {
    fileprivate func checkAfterMeeting(_ thinnings: [ModelThinning?]) throws {
        try reopen()
        let history = try timeline().history
        let fitting = thinnings.first { thinning in
            oracle.log.allSatisfy { entry in
                let isOpen = history.path(to: entry.position) != nil
                return oracle.isHidden(entry.position) || entry.position > oracle.published
                    || isOpen == thinning?.isLeft(entry.position) ?? true
            }
        }
        guard let fitting else { throw difference("what is left is not what the policy keeps") }
        try settle(fitting)
        if let writer {
            try writer.publish()
            try settle()
        }
        writer = nil
        try reopen()
        try checkAll()
        #expect(try repository.verify(deep: true).damages == [])
        let rest = try PruneScene.atOnce.thinning(self)
        _ = try Repository.open(BrittleStore(base)).prune(PruneScene.atOnce.request(self))
        try settle(rest)
        try goOn()
    }
}

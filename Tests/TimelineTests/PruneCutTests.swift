import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// Issue: every cut point of prune and compaction is enumerated; after each, every listed moment restores and no referenced
/// byte is lost (format.md, sections 12 and 14).
@Suite("A prune that is cut anywhere")
struct PruneCutTests {
    static let seed: UInt64 = 20_261_125

    @Test("has something of everything to do")
    func whole() throws {
        let world = try PruneScene.prepare(seed: Self.seed)
        let pruner = BrittleStore(world.base)
        pruner.arm(.max, .failure)
        let thinning = try #require(try PruneScene.atOnce.thinning(world))
        let report = try Repository.open(pruner).prune(PruneScene.atOnce.request(world))
        #expect(thinning.kept.count > 5 && thinning.candidates > thinning.kept.count + 5)
        #expect(world.oracle.marks.filter(thinning.leaves).count > 1)
        #expect(report.hollowedPacks > 0)
        print("prune: \(thinning.kept.count) of \(thinning.candidates) kept, \(report)")
        let removed = pruner.calls.filter { $0.hasPrefix("remove ") }
        for part in ["/heads/", "/segments/", "/maps/", "/manifests/", ".index", ".hollow", "condemned/"] {
            #expect(pruner.calls.contains { $0.contains(part) }, "\(part)")
        }
        for part in ["/heads/", "/segments/", "/maps/pages/", ".index"] {
            #expect(removed.contains { $0.contains(part) }, "\(part) is removed")
        }
        try world.settle(thinning)
        try world.checkAll()
    }

    @Test("by death before or behind any call to the store", arguments: PruneScene.allCases)
    func death(scene: PruneScene) throws {
        let outcomes = try cut(scene, [.deathBefore, .deathAfter])
        #expect(outcomes > 5, "\(scene): \(outcomes) outcomes prove nothing")
    }

    @Test("by a call that fails, and a later prune goes on", arguments: [PruneScene.atOnce, .afterTheGrace])
    func failure(scene: PruneScene) throws { _ = try cut(scene, [.failure, .lostAnswer]) }

    /// Cuts at call after call; answers how many different things were left.
    private func cut(_ scene: PruneScene, _ faults: [BrittleStore.Fault]) throws -> Int {
        let start = try PruneScene.prepare(seed: Self.seed)
        // What earlier prunes do has no part in the cut; a writer that is at work cannot be copied.
        if scene == .afterTheGrace { try scene.begin(start) }
        func copy() throws -> World {
            let world = try World(copyOf: start)
            if scene != .afterTheGrace { try scene.begin(world) }
            return world
        }
        let whole = try copy()
        let counting = BrittleStore(whole.base)
        counting.arm(.max, .failure)
        _ = try Repository.open(counting).prune(scene.request(whole))
        let places = PruneScene.places(counting.calls, all: ModelTests.operations != nil)
        var seen: Set<[String]> = []
        for (fault, number) in faults.flatMap({ fault in places.map { (fault, $0) } }) {
            let world = try copy()
            let thinning = try scene.thinning(world)
            let pruner = BrittleStore(world.base)
            pruner.arm(number, fault)
            let result = Result { try Repository.open(pruner).prune(scene.request(world)) }
            let cut = "\(scene), seed \(Self.seed), \(fault) \(number): \(pruner.calls[number - 1])"
            if case .failure(let error) = result, !World.isDeath(error) {
                Issue.record(error, "\(cut)")
                continue
            }
            // Dying between two calls leaves what dying before the next leaves: each outcome is looked at once.
            guard seen.insert(try world.prunedOutcome()).inserted else { continue }
            do {
                try world.checkAfterCut(scene, thinning)
            } catch { Issue.record(error, "\(cut)") }
        }
        print("prune: \(scene): \(places.count) of \(counting.calls.count) calls, \(seen.count) outcomes")
        return seen.count
    }
}

extension World {
    /// A reader sees one whole state; the writer that is at work publishes; the next prune ends what this one began; the next
    /// writer goes on.
    fileprivate func checkAfterCut(_ scene: PruneScene, _ thinning: ModelThinning?) throws {
        let all = oracle
        oracle = all.copy()
        if writer != nil { oracle.forget(after: oracle.published) }
        try reconcile(thinning)
        try reopen()
        try checkAll()
        oracle = all
        if let writer {
            try writer.publish()
            try settle()
        }
        writer = nil
        try rollForward()
        try reconcile(thinning)
        try reopen()
        try check(atMost: 8)
        #expect(try repository.verify(deep: true).damages == [])
        let rest = try scene.thinning(self)
        var request = try scene.request(self)
        request.grace = 0
        _ = try Repository.open(BrittleStore(base)).prune(request)
        try settle(rest)
        #expect(try base.list("condemned/") == [])
        // Nothing is left that nobody names, but a few heads.
        request.isDryRun = true
        let left = try Repository.open(BrittleStore(base)).prune(request)
        #expect(left.freedObjects == 0 && left.hollowedPacks == 0)
        try goOn()
    }
}

import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// Issue: every cut point of what changes a timeline is enumerated; after each, every listed moment restores, no referenced
/// byte is lost, and the next writer goes on (format.md, section 12).
@Suite("A timeline that is cut anywhere")
struct CutPointTests {
    static let seed: UInt64 = 20_261_123

    @Test("by death before or behind any call to the store", arguments: Deed.allCases)
    func death(deed: Deed) throws {
        let start = try deed.prepare(seed: Self.seed)
        var seen: Set<[String]> = []
        var calls = 0
        for fault in [BrittleStore.Fault.deathBefore, .deathAfter] {
            var number = 1
            while true {
                let world = try World(copyOf: start)
                try deed.begin(world)
                let (marks, gaps, disks) = (world.oracle.marks, world.oracle.gaps, world.changedDisks())
                world.store.arm(number, fault)
                let result = Result { try deed.run(world, disks) }
                let call = world.store.calls.prefix(number).last ?? ""
                let cut = "\(deed), seed \(Self.seed), \(fault) \(number): \(call)"
                guard world.store.isDead else {
                    try result.get()
                    calls = world.store.calls.count
                    break
                }
                world.store.disarm()
                number += 1
                if case .failure(let error) = result, !World.isDeath(error) { throw error }
                // Dying between two calls leaves what dying before the next leaves: each outcome is looked at once.
                guard seen.insert(try world.outcome()).inserted else { continue }
                do {
                    try world.checkAfterCut(scanned: deed == .scan ? disks : nil, marks, gaps)
                } catch { Issue.record(error, "\(cut)") }
            }
        }
        #expect(calls > 2 && seen.count > 2, "\(deed): \(calls) calls with \(seen.count) outcomes prove nothing")
    }

    @Test("by a call that fails, and the same process tries again", arguments: Deed.allCases)
    func failure(deed: Deed) throws {
        let start = try deed.prepare(seed: Self.seed)
        for fault in [BrittleStore.Fault.failure, .lostAnswer] {
            var number = 1
            while true {
                let world = try World(copyOf: start)
                try deed.begin(world)
                let (marks, gaps, disks) = (world.oracle.marks, world.oracle.gaps, world.changedDisks())
                world.store.arm(number, fault)
                let result = Result { try deed.run(world, disks) }
                let calls = world.store.calls
                world.store.disarm()
                if number > calls.count {
                    try result.get()
                    break
                }
                let cut = "\(deed), seed \(Self.seed), \(fault) \(number): \(calls[number - 1])"
                number += 1
                do {
                    if case .failure(let error) = result {
                        guard World.isDeath(error) else { throw error }
                        try world.tryAgain(scanned: deed == .scan ? disks : nil, marks, gaps)
                    }
                    try world.check(atMost: 3)
                } catch { Issue.record(error, "\(cut)") }
            }
        }
    }
}

extension World {
    /// What a cut left: the names of all objects, and where the pointer stands. Contents follow from the names.
    func outcome() throws -> [String] {
        let timeline = try timeline()
        return (memory?.objects.keys.sorted() ?? []) + ["\(timeline.head.number)"]
    }

    /// A reader sees one whole state; the next writer another, goes on, rolls up, and everything is as it must be.
    func checkAfterCut(scanned: [ModelDisk]?, _ marks: [Mark], _ gaps: [Gap]) throws {
        writer = nil
        let all = oracle
        oracle = all.copy()
        try reopen()
        try reconcile(scanned: scanned, marks, gaps)
        try checkAll()
        oracle = all
        try rollForward()
        try reconcile(scanned: scanned, marks, gaps)
        #expect(try repository.verify(deep: true).damages == [])
        try goOn()
    }

    /// The next writer, segments and roll-up.
    func goOn() throws {
        var options = randomOptions()
        options.rollsUp = false
        try open(options)
        for _ in 0..<3 {
            clock += 2_500_000_000
            for _ in 0..<3 { try write(#require(writer)) }
            try writer?.publish()
        }
        try settle()
        writer = nil
        try rollUp(atMost: .max)
        try reopen()
        try check(atMost: 8)
        #expect(try repository.verify(deep: true).damages == [])
    }

    /// After a call that failed: the writer publishes again what it has; without one, things are as after a crash.
    func tryAgain(scanned: [ModelDisk]?, _ marks: [Mark], _ gaps: [Gap]) throws {
        if let writer { try writer.publish() }
        try rollForward()
        let writer = self.writer
        try reconcile(scanned: scanned, marks, gaps)
        guard let writer else { return }
        #expect(writer.position == oracle.published, "seed \(seed): nothing waits after the second attempt")
        try write(writer)
        try writer.publish()
        try settle()
    }
}

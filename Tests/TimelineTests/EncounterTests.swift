import Repository
import RepositoryTesting
import Testing

/// Two publishers of one timeline, the second at every point of the first: nothing is lost, nothing is listed twice.
@Suite("Two that change a timeline at once")
struct EncounterTests {
    static let seed: UInt64 = 20_261_124

    @Test("agree in the end, wherever they meet", arguments: Encounter.allCases)
    func everyCall(encounter: Encounter) throws {
        let start = try Deed.rollUp.prepare(seed: Self.seed)
        let alone = try World(copyOf: start)
        try encounter.begin(alone)
        let disks = alone.changedDisks()
        alone.store.arm(.max, .failure)
        try encounter.first(alone, disks)
        // Between two reads of what never changes there is nothing to meet at.
        let places = alone.store.calls.enumerated().filter { Self.matters($1) }.map { $0.offset + 1 }
        var met = 0
        for number in places {
            let world = try World(copyOf: start)
            try encounter.begin(world)
            let found = world.changedDisks()
            var second = Result<Void, any Error>.success(())
            world.store.interrupt(number) { second = Result { try encounter.second(world, found) } }
            let first = Result { try encounter.first(world, found) }
            met += world.store.wasInterrupted ? 1 : 0
            let place = "\(encounter), seed \(Self.seed), at call \(number): \(world.store.calls[number - 1])"
            world.store.disarm()
            do {
                try first.get()
                try second.get()
                try world.checkAfterEncounter()
            } catch { Issue.record(error, "\(place)") }
        }
        #expect(met > 2, "\(encounter): the two met \(met) times")
    }

    private static func matters(_ call: String) -> Bool {
        !call.hasPrefix("read ") || call.hasSuffix("/head") || call.contains("/heads/") || call.hasSuffix("hosts.json")
    }
}

extension World {
    func checkAfterEncounter() throws {
        try reconcile(scanned: nil, oracle.marks, oracle.gaps)
        if let successor {
            #expect(successor.position == oracle.published, "seed \(seed): the successor goes on from the newest")
            (writer, epoch) = (successor, successor.epoch)
            self.successor = nil
            try write(successor)
            try successor.publish()
            try settle()
        }
        writer = nil
        try reopen()
        let history = try timeline().history
        #expect(Set(history.layers).count == history.layers.count, "seed \(seed): a layer is listed twice")
        try checkAll()
        #expect(try repository.verify(deep: true).damages == [])
        try goOn()
    }
}

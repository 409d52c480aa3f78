import Buffers
import Digests
import FoundationEssentials
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

@Suite("Collection")
struct CollectionTests {
    private static let keepLast = "hour:1h"

    private func prune(
        _ folder: TemporaryFolder, _ policy: String = keepLast, grace: Int64 = 0, isDryRun: Bool = false
    ) throws -> PruneReport {
        var request = PruneRequest(now: .max / 2, program: "tests")
        request.policy = try RetentionPolicy(policy)
        request.grace = grace
        request.isDryRun = isDryRun
        return try Repository.open(DirectoryStore(folder.path)).prune(request)
    }

    private static let day: Int64 = 86_400_000_000_000

    /// A repository with two captures of one host that share nothing; the first will be dropped.
    private func twoCaptures() throws -> (TemporaryFolder, [TestDisk]) {
        let folder = try TemporaryFolder()
        let repository = try Repository.initialize(DirectoryStore(folder.path))
        var generator = SeededGenerator(seed: 5)
        let disks = (0..<2).map { _ in TestDisk(bytes: generator.bytes(40 * TestDisk.block)) }
        for (number, disk) in disks.enumerated() { try repository.capture("web01", [disk], label: "\(number)") }
        return (folder, disks)
    }

    private func bytes(_ host: String, in folder: TemporaryFolder) throws -> [UInt8] {
        let repository = try Repository.open(DirectoryStore(folder.path))
        let timeline = try repository.timeline(of: host)
        let view = try View(repository, timeline: timeline, moment: timeline.moment(at: .latest, now: .max))
        return try view.contents(of: view.root.disks[0])
    }

    @Test("a capture that begins after objects were condemned does not refer to them, or takes them off the list")
    func captureAfterwards() throws {
        let (folder, disks) = try twoCaptures()
        let first = try prune(folder, grace: Self.day)
        #expect(first.freedObjects == 0)
        #expect(first.waitingBytes > 40 * 4_096)
        try Repository.open(DirectoryStore(folder.path)).capture("db01", [disks[0]])
        _ = try prune(folder)
        #expect(try bytes("db01", in: folder) == disks[0].bytes)
        #expect(try bytes("web01", in: folder) == disks[1].bytes)
        #expect(try Repository.open(DirectoryStore(folder.path)).verify(deep: true).damages == [])
        #expect(try DirectoryStore(folder.path).list("condemned/") == [])
    }

    @Test("a capture that deduplicated against what is condemned while it runs keeps it")
    func captureMeanwhile() throws {
        let (folder, disks) = try twoCaptures()
        let packs = try Set(DirectoryStore(folder.path).list("packs/"))
        let repository = try Repository.open(DirectoryStore(folder.path))
        var during: PruneReport?
        try repository.write(host: "db01", packLength: TestCapture.packLength) { writer in
            let capture = TestCapture(writer)
            let scanned = [try capture.scan(disks[0], number: 0)]
            during = try prune(folder)
            #expect(try Set(DirectoryStore(folder.path).list("packs/")) == packs)
            let description = TimelineWriter.Description(
                machineJSON: Array("{}".utf8), label: "", quality: .cold, scanStarted: 0, writer: "tests")
            _ = try writer.commit(scanned, description)
        }
        #expect(during?.freedBytes == 0)
        #expect(during?.notes.contains { $0.contains("1 writers") } == true)
        #expect(try bytes("db01", in: folder) == disks[0].bytes)
        _ = try prune(folder)
        #expect(try bytes("db01", in: folder) == disks[0].bytes)
        // It really was deduplicated: nothing was stored again.
        #expect(try Set(DirectoryStore(folder.path).list("packs/")) == packs)
        #expect(try Repository.open(DirectoryStore(folder.path)).verify(deep: true).damages == [])
    }

    @Test(
        "a reader goes on with what it opened for as long as the grace; without one it fails and never reads wrong bytes"
    )
    func readers() throws {
        let (folder, disks) = try twoCaptures()
        let repository = try Repository.open(DirectoryStore(folder.path))
        let timeline = try repository.timeline(of: "web01")
        let view = try View(repository, host: timeline.host, moment: timeline.moments[0])
        _ = try prune(folder, grace: Self.day)
        #expect(try Repository.open(DirectoryStore(folder.path)).timeline(of: "web01").moments.count == 1)
        #expect(try view.contents(of: view.root.disks[0]) == disks[0].bytes)
        let report = try prune(folder)
        #expect(report.freedBytes > 40 * 4_096)
        let error = #expect(throws: RepositoryError.self) {
            let again = try View(repository, host: timeline.host, moment: timeline.moments[0])
            _ = try again.contents(of: again.root.disks[0])
        }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("missing from the repository") == true)
    }

    @Test("one prune at a time; captures go on meanwhile")
    func alone() throws {
        let (folder, disks) = try twoCaptures()
        let store = DirectoryStore(folder.path)
        try store.exclusively("prune") {
            let error = #expect(throws: RepositoryError.self) { try prune(folder) }
            #expect(error?.code == .locked)
            try Repository.open(DirectoryStore(folder.path)).capture("web01", disks)
            // A dry run changes nothing and waits for nobody.
            #expect(try prune(folder, isDryRun: true).freedObjects > 0)
        }
        _ = try prune(folder)
    }

    @Test("packs of which little is used are reduced to that; places, bytes and readers stay right")
    func hollowing() throws {
        let folder = try TemporaryFolder()
        let repository = try Repository.initialize(DirectoryStore(folder.path))
        var generator = SeededGenerator(seed: 9)
        var disk = TestDisk(bytes: generator.bytes(128 * TestDisk.block))
        let original = disk
        try repository.capture("web01", [disk])
        // Packs hold 16 blocks in four frames; three of each go.
        for block in 0..<128 where block % 16 >= 4 {
            disk.bytes.replaceSubrange(
                block * TestDisk.block..<(block + 1) * TestDisk.block, with: generator.bytes(TestDisk.block))
        }
        try repository.capture("web01", [disk])
        let timeline = try repository.timeline(of: "web01")
        let moment = try timeline.moment(at: .latest, now: 0)
        let reader = ViewReader(
            try View(repository, timeline: timeline, moment: moment), options: ViewReaderOptions())
        // It knows where the first frames lie, and must find them again.
        #expect(try reader.bytes(0, 0..<4_096) == Array(disk.bytes[0..<4_096]))
        let before = try folder.files().values.reduce(0) { $0 + $1.count }
        let expected = try prune(folder, isDryRun: true)
        let report = try prune(folder)
        #expect(report.hollowedPacks > 0)
        #expect(report.freedBytes == expected.freedBytes)
        #expect(report.freedObjects == expected.freedObjects)
        #expect(before - (try folder.files().values.reduce(0) { $0 + $1.count }) > 80 * TestDisk.block)
        #expect(try bytes("web01", in: folder) == disk.bytes)
        #expect(try reader.bytes(0, 0..<disk.bytes.count) == disk.bytes)
        let verified = try Repository.open(DirectoryStore(folder.path)).verify(deep: true)
        #expect(verified.damages == [])
        // Frames that are gone are not referred to again.
        try Repository.open(DirectoryStore(folder.path)).capture("db01", [original])
        #expect(try bytes("db01", in: folder) == original.bytes)
        #expect(try Repository.open(DirectoryStore(folder.path)).verify(deep: true).damages == [])
        #expect(try prune(folder).hollowedPacks == 0)
        #expect(try bytes("db01", in: folder) == original.bytes)
        #expect(try bytes("web01", in: folder) == disk.bytes)
    }

    @Test("old heads go; the loss of one that is kept is damage")
    func heads() throws {
        let folder = try TemporaryFolder()
        let repository = try Repository.initialize(DirectoryStore(folder.path))
        let disk = TestDisk(bytes: [UInt8](repeating: 7, count: 8 * TestDisk.block))
        for number in 0..<30 { try repository.capture("web01", [disk], label: "\(number)") }
        _ = try prune(folder, "year:forever marked")
        let timeline = try Repository.open(DirectoryStore(folder.path)).timeline(of: "web01")
        #expect(timeline.moments.count == 30)
        let oldest = try #require(timeline.head.oldestHead)
        #expect(oldest > 5)
        let heads = try DirectoryStore(folder.path).list("hosts/").filter { $0.contains("/heads/") }
        #expect(heads.count == Int(timeline.head.number - oldest) + 1)
        #expect(try Repository.open(DirectoryStore(folder.path)).verify().damages == [])
        let lost = ObjectName.head(host: timeline.host.id, number: oldest + 2)
        try folder.restoring(lost) {
            try folder.remove(lost)
            #expect(try Repository.open(DirectoryStore(folder.path)).verify().damages.map(\.object) == [lost])
        }
    }

    @Test("a prune that is killed anywhere leaves every listed state whole, and the next one ends what it began")
    func killed() throws {
        let history = try TestHistory(segments: 30, labelled: 11, windows: TestHistory.shortWindows)
        let policy = "all:6h day:9d marked"
        let plan = try #require(
            RetentionPlan(try history.timeline.history, try RetentionPolicy(policy), now: history.now))
        let kept = Set(plan.kept.map(\.position))
        let request = try history.request(policy)
        let rehearsed = try TemporaryFolder(copyOf: history.folder)
        let counting = FaultyStore(DirectoryStore(rehearsed.path, isDurable: false))
        _ = try Repository.open(counting).prune(request)
        let count = counting.writes.count
        #expect(count > 40)
        for (number, death) in (1...count).flatMap({ number in FaultyStore.Death.allCases.map { (number, $0) } })
        where death != .leavingTemporaryFile || number % 9 == 0 {
            // Removals are alike: a few of them are enough, every write is tried.
            let isRemoval = counting.sizes[counting.writes[number - 1]] == nil
            guard !isRemoval || number % 7 == 0 else { continue }
            let folder = try TemporaryFolder(copyOf: history.folder)
            let store = FaultyStore(
                DirectoryStore(folder.path, isDurable: false), fatalWrite: number, death: death)
            #expect(throws: RepositoryError.self) { try Repository.open(store).prune(request) }
            let place: Comment = "killed \(death) at \(counting.writes[number - 1])"
            try check(history, in: folder, plan, kept, place)
            _ = try Repository.open(DirectoryStore(folder.path, isDurable: false)).prune(request)
            try check(history, in: folder, plan, kept, place)
            let left = try DirectoryStore(folder.path).list("condemned/")
            #expect(left == [], place)
        }
    }

    private func check(
        _ history: TestHistory, in folder: TemporaryFolder, _ plan: RetentionPlan, _ kept: Set<Position>,
        _ place: Comment
    ) throws {
        let repository = try Repository.open(DirectoryStore(folder.path, isDurable: false))
        for state in history.states {
            let bytes = try history.opened(state, in: repository)
            if state.position >= plan.start || kept.contains(state.position) {
                #expect(bytes == state.bytes, place)
            } else {
                #expect(bytes == nil || bytes == state.bytes, place)
            }
        }
        #expect(try repository.verify().damages == [], place)
    }
}

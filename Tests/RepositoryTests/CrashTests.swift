import Digests
import LinuxSystem
import Repository
import RepositoryFormat
import RepositoryTesting
import Synchronization
import Testing

/// Issue: the capture is cut at every durable write; each time the repository opens, lists only restorable moments, and
/// the next capture succeeds (format.md, section 12).
@Suite("A capture that is cut anywhere")
struct CrashTests {
    static let seed: UInt64 = 20_261_122

    /// What the repository held before, what the cut capture brings, and what the next one brings.
    final class Story {
        var before: [String: [TestDisk]] = [:]
        var disks: [TestDisk]
        var next: [TestDisk]

        /// What may be shown after the cut, by digests.
        private(set) var model: [String: [Digest]] = [:]
        private(set) var nextModel: [String: [Digest]] = [:]

        /// `again`: the host has a moment already, and the cut capture finds most of it unchanged.
        init(again: Bool) {
            var generator = SeededGenerator(seed: CrashTests.seed)
            let first = [TestDisk.random(blocks: 120, &generator), TestDisk.random(blocks: 12, &generator)]
            disks = first
            if again {
                before = ["web01 before": first, "db01 before": [TestDisk.random(blocks: 8, &generator)]]
                disks[0].change(blocks: 60, &generator)
            }
            next = disks
            next[0].change(blocks: 5, &generator)
            model = before.mapValues { $0.map(\.digest) }
            model["web01 cut"] = disks.map(\.digest)
            nextModel["web01 next"] = next.map(\.digest)
        }

        /// The repository before the capture that is cut.
        func prepare() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            let repository = try Repository.initialize(DirectoryStore(folder.path))
            for (name, disks) in before.sorted(by: { $0.key > $1.key }) {
                try repository.capture(String(name.split(separator: " ")[0]), disks, label: "before")
            }
            return folder
        }
    }

    @Test(
        "leaves only whole moments, and the next capture succeeds", arguments: FaultyStore.Death.allCases,
        [false, true])
    func everyDurableWrite(death: FaultyStore.Death, again: Bool) throws {
        let story = Story(again: again)
        let start = try story.prepare()
        var fatal = 1
        var kinds: Set<String> = []
        while true {
            let folder = try TemporaryFolder(copyOf: start)
            let store = FaultyStore(DirectoryStore(folder.path), fatalWrite: fatal, death: death)
            let result = Result { try Repository.open(store).capture("web01", story.disks, label: "cut") }
            kinds.formUnion(store.writes.map(Self.kind))
            guard store.isDead else {
                _ = try result.get()
                break
            }
            #expect(throws: (any Error).self, "died at write \(fatal)") { try result.get() }
            try check(folder, story, cutAt: "\(fatal): \(store.writes.last ?? "")")
            fatal += 1
        }
        let expected = Set(
            ["pack", "index", "page", "map", "machine", "head", "pointer"] + (again ? [] : ["hosts.json"]))
        #expect(kinds == expected)
        #expect(fatal > 11, "the capture is too small to prove anything")
    }

    @Test("by any system call that fails, leaves only whole moments too", arguments: [false, true])
    func everySystemCall(again: Bool) throws {
        let story = Story(again: again)
        let start = try story.prepare()
        var fatal = 1
        while true {
            let folder = try TemporaryFolder(copyOf: start)
            let path = folder.path
            let repository = try Repository.open(DirectoryStore(path))
            let calls = Mutex((count: 0, last: ""))
            let number = fatal
            let result = Result {
                try FaultScript.with({ call, name in
                    guard name.hasPrefix(path) else { return nil }
                    return calls.withLock { calls in
                        calls.count += 1
                        if calls.count == number { calls.last = "\(call) \(name.dropFirst(path.count))" }
                        return calls.count == number ? 5 : nil
                    }
                }) { try repository.capture("web01", story.disks, label: "cut") }
            }
            let (count, last) = calls.withLock { $0 }
            guard count >= number else {
                _ = try result.get()
                #expect(count > 100)
                break
            }
            try check(folder, story, cutAt: "system call \(number): \(last)")
            fatal += 1
        }
    }

    /// After a cut: everything shown is whole, nothing that was there changed, and the next capture succeeds.
    private func check(_ folder: TemporaryFolder, _ story: Story, cutAt cut: String) throws {
        let comment: Comment = "seed \(Self.seed), cut at \(cut)"
        var model = story.model
        let repository = try Repository.open(DirectoryStore(folder.path))
        let shown = try repository.everything()
        for (name, disks) in shown { #expect(model[name] == disks, comment) }
        for name in story.before.keys { #expect(shown[name] != nil, comment) }
        let verified = try repository.verify(deep: true)
        #expect(verified.damages == [], comment)
        let number = padded(story.before.isEmpty ? 1 : 2, 20)
        let committed = try DirectoryStore(folder.path).list("hosts/").contains { $0.hasSuffix("/heads/\(number)") }
        #expect(committed || shown["web01 cut"] == nil, comment)

        try repository.capture("web01", story.next, label: "next")
        if !committed { model["web01 cut"] = nil }
        let after = try repository.everything()
        #expect(after == model.merging(story.nextModel) { _, next in next }, comment)
        #expect(try repository.verify(deep: true).damages == [], comment)
    }

    private static func kind(of name: String) -> String {
        if name.hasSuffix(".index") { return "index" }
        let marks = [
            "packs/": "pack", "/maps/pages/": "page", "/maps/": "map", "/machines/": "machine", "/heads/": "head",
        ]
        for mark in ["packs/", "/maps/pages/", "/maps/", "/machines/", "/heads/"] where name.contains(mark) {
            return marks[mark] ?? mark
        }
        return name.hasSuffix("/head") ? "pointer" : name
    }

    @Test(
        "already while the repository is made, does not keep it from being made", arguments: FaultyStore.Death.allCases)
    func initialization(death: FaultyStore.Death) throws {
        for fatal in 1...10 {
            let folder = try TemporaryFolder()
            let store = FaultyStore(DirectoryStore(folder.path), fatalWrite: fatal, death: death)
            let first = Result { try Repository.initialize(store) }
            if !store.isDead {
                _ = try first.get()
                #expect(fatal == 5, "the probe writes twice, then the list of hosts and the description are made")
                return
            }
            let finished = store.writes.last == "lifeboat.json" && death == .afterPublishing
            let second = Result { try Repository.initialize(DirectoryStore(folder.path)) }
            #expect(finished == ((try? second.get()) == nil), "cut at \(fatal)")
            #expect(try Repository.open(DirectoryStore(folder.path)).hosts().isEmpty)
        }
        Issue.record("initialization never passed")
    }
}

import Digests
import LinuxSystem
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

@Suite("Writing to a repository")
struct WritingTests {
    let folder: TemporaryFolder
    let repository: Repository

    init() throws {
        folder = try TemporaryFolder()
        repository = try Repository.initialize(DirectoryStore(folder.path))
    }

    private func random(_ blocks: Int, seed: UInt64) -> TestDisk {
        var generator = SeededGenerator(seed: seed)
        return TestDisk(bytes: generator.bytes(blocks * TestDisk.block))
    }

    @Test("a captured disk reads back byte for byte, unused space as zeros", arguments: [1, 2, 3] as [UInt64])
    func content(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var odd = TestDisk.random(blocks: 30, &generator)
        odd.bytes += generator.bytes(512 * 3)
        let disks = [TestDisk.random(blocks: 150, &generator), odd]
        try repository.capture("web01", disks, label: "a")
        #expect(try repository.everything() == ["web01 a": disks.map(\.digest)])
        #expect(try Repository.open(DirectoryStore(folder.path)).verify(deep: true).damages == [])
    }

    @Test("a second capture of the same disks stores no data, and disks keep their ids")
    func unchanged() throws {
        let disks = [random(40, seed: 1)]
        let first = try repository.capture("web01", disks, label: "a")
        let packs = try DirectoryStore(folder.path).list("packs/")
        let second = try repository.capture("web01", disks, label: "b")
        #expect(first.packs > 1 && first.moment.newPlainBytes == 40 * 4_096)
        #expect(second.packs == 0 && second.moment.newPlainBytes == 0)
        #expect(try DirectoryStore(folder.path).list("packs/").count == packs.count)
        let host = try repository.hosts()[0]
        let roots = try [first, second].map { try repository.readMapRoot($0.moment, host: host.id) }
        #expect(roots[0].disks == roots[1].disks)
        #expect(second.moment.newStoredBytes < 1_000)
    }

    @Test("data that another host has is not stored again")
    func acrossHosts() throws {
        try repository.capture("web01", [random(40, seed: 1)])
        let other = try repository.capture("db01", [random(40, seed: 1), random(4, seed: 2)])
        #expect(other.moment.newPlainBytes == 4 * 4_096)
        #expect(try repository.verify(deep: true).damages == [])
    }

    @Test("a new capture mends what is damaged in the objects it needs", arguments: VerifierTests.Harm.allCases)
    func mending(harm: VerifierTests.Harm) throws {
        let disks = [random(40, seed: 1)]
        try repository.capture("web01", disks, label: "same")
        let harmed = try folder.files().keys.filter { name in
            // A bit inside a pack of the right length is only seen by reading all of it: that is for verify.
            name.hasPrefix("packs/") && (harm != .flipped || name.hasSuffix(".index"))
                || name.contains("/maps/pages/") || name.contains("/machines/")
        }
        for name in harmed {
            try harm.act(on: name, in: folder)
            let damaged = try Repository.open(DirectoryStore(folder.path))
            #expect(try !damaged.verify().ok)
            try damaged.capture("web01", disks, label: "same")
            let report = try Repository.open(DirectoryStore(folder.path)).verify(deep: true)
            #expect(report.damages == [], "\(harm) \(name)")
        }
        #expect(harmed.count > 3)
        #expect(try repository.everything() == ["web01 same": disks.map(\.digest)])
    }

    @Test("a host whose newest map is lost gets a new moment all the same")
    func lostRoot() throws {
        try repository.capture("web01", [random(4, seed: 1)], label: "a")
        let second = try repository.capture("web01", [random(4, seed: 2)], label: "b")
        let host = try repository.hosts()[0]
        let moment = second.moment
        try folder.remove(
            ObjectName.mapRoot(host: host.id, position: moment.position, digest: moment.map.digest))
        let third = try repository.capture("web01", [random(4, seed: 3)], label: "c")
        let moments = try repository.timeline(of: "web01").moments
        let roots = try [moments[0], third.moment].map { try repository.readMapRoot($0, host: host.id) }
        #expect(roots[0].disks[0].id == roots[1].disks[0].id)
    }

    @Test("only one writes to a host at a time; the other is told so and changes nothing")
    func locked() throws {
        let other = try Repository.open(DirectoryStore(folder.path))
        try repository.write(host: "web01") { _ in
            let error = #expect(throws: RepositoryError.self) { try other.capture("web01", [random(1, seed: 1)]) }
            #expect(error?.code == .locked && error?.message.contains("Another process writes") == true)
            #expect(throws: Never.self) { try other.capture("db01", [random(1, seed: 1)]) }
        }
        #expect(try repository.hosts().map(\.name) == ["db01"])
    }

    @Test("captures of many hosts at once all arrive, each once")
    func parallel() throws {
        let shared = random(12, seed: 1)
        let threads = try (0..<4).map { number in
            try WorkerThread<Void, any Error>("host \(number)") {
                let repository = try Repository.open(DirectoryStore(folder.path))
                for attempt in 0..<3 {
                    let own = random(3, seed: UInt64(10 + number * 3 + attempt))
                    try repository.capture("host\(number)", [shared, own], label: "\(attempt)")
                }
            }
        }
        for thread in threads { try thread.join() }
        #expect(try repository.hosts().map(\.name) == ["host0", "host1", "host2", "host3"])
        #expect(try repository.hosts().flatMap { try repository.timeline(of: $0).moments }.count == 12)
        #expect(try repository.verify(deep: true).damages == [])
    }

    @Test("names that no host can have are refused", arguments: ["", ".", "..", "a/b", "a\nb", "a\u{7f}", "\u{0}"])
    func names(name: String) throws {
        let before = try folder.files()
        let error = #expect(throws: RepositoryError.self) { try repository.capture(name, [random(1, seed: 1)]) }
        #expect(error?.code == .badInput)
        let long = #expect(throws: RepositoryError.self) {
            try repository.capture(String(repeating: "x", count: 256), [random(1, seed: 1)])
        }
        #expect(long?.code == .badInput)
        #expect(try folder.files() == before)
        #expect(throws: Never.self) { try repository.capture("web01.example.com ü", [random(1, seed: 1)]) }
    }

    @Test("labels and disks that the format has no room for are refused, and nothing is shown")
    func refused() throws {
        let label = String(repeating: "l", count: 256)
        let first = #expect(throws: RepositoryError.self) {
            try repository.capture("web01", [random(1, seed: 1)], label: label)
        }
        let second = #expect(throws: RepositoryError.self) {
            try repository.capture("web01", [TestDisk(bytes: [])])
        }
        #expect(first?.code == .badInput && second?.code == .badInput)
        #expect(try repository.hosts().isEmpty)
        #expect(throws: Never.self) {
            try repository.capture("web01", [random(1, seed: 1)], label: String(label.dropLast()))
        }
    }

    @Test("a folder that cannot be written is said to be so, in words")
    func denied() throws {
        let path = folder.path
        let error = #expect(throws: RepositoryError.self) {
            try FaultScript.with({ call, name in
                name.hasPrefix(path) && call == "open" && name.contains("locks") ? 30 : nil
            }) {
                try repository.capture("web01", [random(1, seed: 1)])
            }
        }
        #expect(error?.code == .inputOutput && error?.message.contains("No moment was added") == true)
    }

    @Test("a read-only store is refused before anything is read from the disks")
    func readOnly() throws {
        let repository = try Repository.open(ReadOnlyStore(DirectoryStore(folder.path)))
        let error = #expect(throws: RepositoryError.self) { try repository.capture("web01", [random(1, seed: 1)]) }
        #expect(error?.code == .badInput)
    }

    @Test("a writer that is given up ends its thread, and leaves nothing that is shown")
    func givenUp() throws {
        try repository.write(host: "web01") { writer in
            _ = try TestCapture(writer).scan(random(40, seed: 1), number: 0)
        }
        #expect(throws: CancellationError.self) {
            try repository.write(host: "web01") { _ in throw CancellationError() }
        }
        #expect(try repository.hosts().isEmpty)
        let next = try repository.capture("web01", [random(40, seed: 1)])
        #expect(try repository.everything().count == 1 && next.head == 1)
    }
}

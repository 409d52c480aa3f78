import Digests
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

@Suite("Notes of a verification")
struct VerifierNoteTests {
    /// A repository with one moment, and a second capture that died at the given kind of object.
    private func cut(at mark: String, death: FaultyStore.Death) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 3)
        let repository = try Repository.initialize(DirectoryStore(folder.path))
        try repository.capture("web01", [TestDisk.random(blocks: 20, &generator)], label: "first")
        let next = [TestDisk.random(blocks: 60, &generator)]
        let copy = try TemporaryFolder(copyOf: folder)
        let whole = FaultyStore(DirectoryStore(copy.path))
        try Repository.open(whole).capture("web01", next)
        let fatal = try #require(whole.writes.firstIndex { $0.contains(mark) }) + 1
        let store = FaultyStore(DirectoryStore(folder.path), fatalWrite: fatal, death: death)
        #expect(throws: (any Error).self) { try Repository.open(store).capture("web01", next) }
        return folder
    }

    @Test("tell what a killed capture left, and that it is no damage")
    func garbage() throws {
        let folder = try cut(at: "/machines/", death: .leavingTemporaryFile)
        let report = try Repository.open(DirectoryStore(folder.path)).verify(deep: true)
        #expect(report.ok && report.notes.count == 3)
        let names = Set(try DirectoryStore(folder.path).list("packs/"))
        let used = try used(folder)
        let unused = names.filter { name in !used.contains { name.contains($0.hex) } }
        let bytes = try unused.reduce(0) { try $0 + folder.contents($1).count }
        #expect(!unused.isEmpty)
        #expect(report.notes.contains { $0.hasPrefix("\(unused.count) objects (packs and indexes, \(bytes) bytes)") })
        #expect(report.notes.contains { $0.hasPrefix("1 temporary files, such as ") && $0.contains("/.tmp-1-1-1") })
        #expect(report.notes.contains { $0.contains("maps, pages, heads and machine descriptions") })
    }

    private func used(_ folder: TemporaryFolder) throws -> Set<Digest> {
        let repository = try Repository.open(DirectoryStore(folder.path))
        let host = try repository.hosts()[0]
        return try repository.timeline(of: host).moments.reduce(into: []) { used, moment in
            try used.formUnion(View(repository, host: host, moment: moment).usedFrames().map(\.pack))
        }
    }

    @Test("do not hide damage in a pack that only the next capture would use")
    func damagedGarbage() throws {
        let folder = try cut(at: "/machines/", death: .beforeWriting)
        let used = try used(folder)
        let name = try #require(
            try DirectoryStore(folder.path).list("packs/").first { name in
                !name.hasSuffix(".index") && !used.contains { name.contains($0.hex) }
            })
        var bytes = try folder.contents(name)
        bytes[bytes.count / 2] ^= 0x80
        try folder.write(bytes, to: name)
        let report = try Repository.open(DirectoryStore(folder.path)).verify()
        #expect(report.damages.map(\.object) == [name] && report.damages[0].moments == [])
        #expect(report.text.contains("touches no moment"))
    }

    @Test("tell of a moment whose head is there and whose pointer is not")
    func unpublished() throws {
        let folder = try cut(at: "/heads/", death: .afterPublishing)
        let report = try Repository.open(DirectoryStore(folder.path)).verify()
        #expect(report.ok && report.counts.moments == 1)
        #expect(report.notes.contains { $0.contains("after its head 2 was stored") })
    }

    @Test("tell of a host whose first capture was stored and never listed")
    func unlisted() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 3)
        let disks = [TestDisk.random(blocks: 20, &generator)]
        _ = try Repository.initialize(DirectoryStore(folder.path))
        let copy = try TemporaryFolder(copyOf: folder)
        let whole = FaultyStore(DirectoryStore(copy.path))
        try Repository.open(whole).capture("web01", disks)
        let store = FaultyStore(DirectoryStore(folder.path), fatalWrite: whole.writes.count, death: .beforeWriting)
        #expect(throws: (any Error).self) { try Repository.open(store).capture("web01", disks) }
        let report = try Repository.open(DirectoryStore(folder.path)).verify(deep: true)
        #expect(report.ok && report.counts.moments == 0 && report.counts.packs > 0)
        #expect(report.notes.contains { $0.contains("before the host was listed") })
        try Repository.open(DirectoryStore(folder.path)).capture("web01", disks)
        let mended = try Repository.open(DirectoryStore(folder.path)).verify()
        #expect(mended.ok && mended.counts.moments == 2 && mended.notes == [])
    }
}

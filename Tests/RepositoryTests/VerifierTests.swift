import Digests
import FoundationEssentials
import Repository
import RepositoryFormat
import RepositoryTesting
import Synchronization
import Testing

@Suite("Verification")
struct VerifierTests {
    @Test("finds nothing in a sound repository", arguments: [false, true])
    func sound(deep: Bool) throws {
        let small = try SmallRepository()
        let report = try small.reopened().verify(deep: deep)
        #expect(report.ok && report.damages == [] && report.notes == [] && report.deep == deep)
        let index = try small.packs.map { try small.repository.indexes.index(of: $0) }
        #expect(report.counts.hosts == 2 && report.counts.heads == 3 && report.counts.moments == 3)
        #expect(report.counts.packs == small.packs.count)
        #expect(report.counts.frames == index.reduce(0) { $0 + $1.frames.count })
        #expect(report.counts.chunks == index.reduce(0) { $0 + $1.chunks.count })
        let stored = index.reduce(0) { $0 + $1.packLength - UInt64(ObjectHeader.byteCount) }
        #expect(report.counts.packBytes == stored)
    }

    @Test("of an empty repository is ok")
    func empty() throws {
        let folder = try TemporaryFolder()
        let report = try Repository.initialize(DirectoryStore(folder.path)).verify(deep: true)
        #expect(report.ok && report.counts.hosts == 0)
    }

    @Test("names a frame with one flipped bit, and exactly the moments that need the frame")
    func frames() throws {
        let small = try SmallRepository()
        var seen: Set<Set<String>> = []
        for pack in small.packs {
            let name = ObjectName.pack(pack)
            for (number, frame) in try small.repository.indexes.index(of: pack).frames.enumerated() {
                try small.folder.restoring(name) {
                    var bytes = try small.folder.contents(name)
                    bytes[Int(frame.offset) + frame.storedLength * number % frame.storedLength] ^= 0x10
                    try small.folder.write(bytes, to: name)
                    let report = try small.reopened().verify(deep: number % 2 == 0)
                    let damage = try #require(report.damages.first)
                    #expect(report.damages.count == 1 && !report.ok)
                    #expect(damage.object == name)
                    #expect(damage.what.contains("frame \(number) (bytes \(frame.offset)–"))
                    let expected = small.moments(using: UsedFrame(pack: pack, frame: number))
                    #expect(damage.touched == expected)
                    #expect(try small.unreadable() == expected)
                    seen.insert(expected)
                }
            }
        }
        // Frames of one moment alone, and frames that several share: else the test proves nothing about "exactly".
        #expect(seen.contains(["web01 first", "web01 second"]) && seen.contains(["web01 second"]))
        #expect(seen.contains(["db01 only"]) && seen.contains { $0.contains("db01 only") && $0.count > 1 })
    }

    enum Harm: CaseIterable { case flipped, truncated, extended, emptied, missing }

    @Test(
        "names any damaged, cut off or missing object, and the moments that reading shows to be lost",
        arguments: Harm.allCases)
    func objects(harm: Harm) throws {
        let small = try SmallRepository()
        try small.remember()
        let heads = try newestHeads(small)
        for name in try small.folder.files().keys.sorted() {
            guard !name.hasPrefix("locks/"), name != "lifeboat.json" else { continue }
            let isJSON = name == "hosts.json" || name.hasSuffix("/head")
            if isJSON, harm == .flipped || harm == .extended { continue }
            try small.folder.restoring(name) {
                try harm.act(on: name, in: small.folder)
                let report = try small.reopened().verify()
                let damage = try #require(report.damages.first, "\(harm) \(name)")
                #expect(!report.notes.contains { $0.contains("first capture was stopped") })
                #expect(report.damages.count == 1 && damage.object == name, "\(harm) \(name): \(report.damages)")
                if name == "hosts.json" {
                    #expect(damage.hosts == ["db01", "web01"] && report.counts.moments == 3)
                } else if name.hasSuffix("/head") || heads.keys.contains(name) {
                    let host = try #require(heads.first { $0.key.hasPrefix(name) || $0.key == name }?.value)
                    #expect(damage.hosts == [host] && damage.moments.isEmpty)
                    #expect(try small.unreadable() == Set(small.uses.keys.filter { $0.hasPrefix(host) }))
                } else if name.contains("/heads/") {
                    #expect(damage.hosts == ["web01"] && damage.moments.isEmpty)
                    #expect(try small.unreadable().isEmpty)
                } else if name.hasPrefix("packs/"), !name.hasSuffix(".index"), harm != .flipped {
                    let pack = try #require(Digest(hex: name.suffix(64)))
                    #expect(damage.touched == small.moments(usingPack: pack))
                } else {
                    #expect(damage.touched == (try small.unreadable()), "\(harm) \(name)")
                }
            }
        }
    }

    /// Newest heads' names with their hosts' names; a pointer's name is the beginning of its host's.
    private func newestHeads(_ small: SmallRepository) throws -> [String: String] {
        var result: [String: String] = [:]
        for host in try small.repository.hosts() {
            let number = try small.repository.timeline(of: host).head.number
            result[ObjectName.head(host: host.id, number: number)] = host.name
        }
        return result
    }

    @Test("goes on after the first damage and names all of them")
    func several() throws {
        let small = try SmallRepository()
        try small.remember()
        let files = try small.folder.files().keys.sorted()
        let chosen = [
            try #require(files.first { $0.hasSuffix(".index") }), try #require(files.last { $0.hasSuffix(".index") }),
            try #require(files.first { $0.contains("/machines/") }),
            try #require(files.first { $0.contains("/maps/pages/") }),
        ]
        for name in chosen { try Harm.missing.act(on: name, in: small.folder) }
        let report = try small.reopened().verify()
        #expect(Set(report.damages.map(\.object)) == Set(chosen))
        let touched = report.damages.reduce(into: Set<String>()) { $0.formUnion($1.touched) }
        #expect(touched == (try small.unreadable()))
    }

    @Test("of a damaged lifeboat.json does not begin: the repository cannot be opened")
    func description() throws {
        let small = try SmallRepository()
        try small.folder.write([0x7b], to: "lifeboat.json")
        let error = #expect(throws: RepositoryError.self) { try small.reopened() }
        #expect(error?.code == .damaged)
    }

    @Test("needs no listing, and finds the same through a store that has none")
    func withoutListing() throws {
        let small = try SmallRepository()
        let name = ObjectName.pack(small.packs[0])
        var bytes = try small.folder.contents(name)
        bytes[100] ^= 1
        try small.folder.write(bytes, to: name)
        let listed = try small.reopened().verify()
        let unlisted = try Repository.open(ReadOnlyStore(DirectoryStore(small.folder.path))).verify()
        #expect(unlisted.damages == listed.damages && unlisted.damages.count == 1)
        #expect(unlisted.counts == listed.counts)
    }

    @Test("ends with “unreachable” when the store is lost, and reports nothing as damaged")
    func unreachable() throws {
        let small = try SmallRepository()
        let store = ReadOnlyStore(DirectoryStore(small.folder.path))
        let repository = try Repository.open(store)
        let error = #expect(throws: RepositoryError.self) {
            // The first progress comes when the maps were walked: the connection breaks under the packs.
            try repository.verify(observer: { _ in store.disconnect() })
        }
        #expect(error?.code == .unreachable)
    }

    @Test("reports progress that grows to the total")
    func progress() throws {
        let small = try SmallRepository()
        let seen = Mutex<[VerificationProgress]>([])
        let report = try small.reopened().verify(deep: true) { progress in seen.withLock { $0.append(progress) } }
        let all = seen.withLock { $0 }
        let last = try #require(all.max { $0.bytesDone < $1.bytesDone })
        #expect(last.bytesDone == last.bytesTotal && last.bytesTotal > report.counts.packBytes)
        #expect(all.count > small.packs.count && all.allSatisfy { $0.bytesTotal == last.bytesTotal })
    }

    @Test("becomes JSON and words that name object, moment and label")
    func rendering() throws {
        let small = try SmallRepository()
        let name = ObjectName.pack(small.packs[0])
        try small.folder.remove(name)
        let report = try small.reopened().verify()
        let decoded = try JSONDecoder().decode(VerificationReport.self, from: JSONEncoder().encode(report))
        #expect(decoded == report)
        let text = report.text
        #expect(text.contains("DAMAGED  \(name)\n") && text.contains("is missing"))
        for moment in report.damages[0].moments {
            #expect(text.contains("touches \(moment.host) at \(moment.time) (\(moment.label))"))
        }
        #expect(text.contains("1 damages; \(report.damages[0].moments.count) of 3 moments cannot be restored whole."))
    }

    @Test("says in words that a sound repository is sound")
    func soundWords() throws {
        let small = try SmallRepository()
        #expect(try small.reopened().verify().text.hasSuffix("No damage: every moment can be restored.\n"))
    }
}

extension VerifierTests.Harm {
    func act(on name: String, in folder: TemporaryFolder) throws {
        var bytes = try folder.contents(name)
        switch self {
        case .flipped: bytes[bytes.count * 2 / 3] ^= 0x04
        case .truncated: bytes.removeLast(bytes.count / 3)
        case .extended: bytes.append(0)
        case .emptied: bytes = []
        case .missing:
            try folder.remove(name)
            return
        }
        try folder.write(bytes, to: name)
    }
}

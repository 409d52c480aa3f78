import Digests
import FoundationEssentials
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

@Suite("Opening a repository")
struct OpeningTests {
    @Test("where there is none says so")
    func none() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: RepositoryError.self) { try Repository.open(DirectoryStore(folder.path)) }
        #expect(error?.code == .notARepository && error?.message.contains(folder.path) == true)
    }

    @Test("made twice is refused, and the first stays as it is")
    func twice() throws {
        let folder = try TemporaryFolder()
        let first = try Repository.initialize(DirectoryStore(folder.path))
        #expect(first.description.createIfAbsent && first.description.format == 1)
        let error = #expect(throws: RepositoryError.self) { try Repository.initialize(DirectoryStore(folder.path)) }
        #expect(error?.code == .exists)
        #expect(try Repository.open(DirectoryStore(folder.path)).description == first.description)
    }

    @Test("whose description alone was lost can be made again without losing its hosts")
    func descriptionLost() throws {
        let folder = try TemporaryFolder()
        let repository = try Repository.initialize(DirectoryStore(folder.path))
        try repository.capture("web01", [TestDisk(bytes: [UInt8](repeating: 1, count: 4_096))], label: "a")
        try folder.remove("lifeboat.json")
        let again = try Repository.initialize(DirectoryStore(folder.path))
        #expect(try again.everything().keys.sorted() == ["web01 a"])
    }

    @Test("asks for a host that is not there, and is told which ones are")
    func unknownHost() throws {
        let folder = try TemporaryFolder()
        let repository = try Repository.initialize(DirectoryStore(folder.path))
        let empty = #expect(throws: RepositoryError.self) { try repository.timeline(of: "web01") }
        #expect(empty?.code == .unknownHost && empty?.message.contains("it has no hosts yet") == true)
        try repository.capture("web02", [TestDisk(bytes: [UInt8](repeating: 1, count: 4_096))])
        try repository.capture("db01", [TestDisk(bytes: [UInt8](repeating: 1, count: 4_096))])
        let error = #expect(throws: RepositoryError.self) { try repository.timeline(of: "web01") }
        #expect(error?.message.contains("it has db01, web02. Nothing was written.") == true)
    }

    @Test("finds the newest moment at or before a time")
    func moments() throws {
        let folder = try TemporaryFolder()
        let repository = try Repository.initialize(DirectoryStore(folder.path))
        for label in ["a", "b", "c"] {
            try repository.capture("web01", [TestDisk(bytes: [UInt8](repeating: 1, count: 512))], label: label)
        }
        let timeline = try repository.timeline(of: "web01")
        let times = timeline.moments.map(\.time)
        #expect(times == times.sorted() && Set(times).count == 3)
        let now = times[2] + 1
        #expect(try timeline.moment(at: .latest, now: now).label == "c")
        #expect(try timeline.moment(at: .age(0), now: times[1]).label == "b")
        #expect(try timeline.moment(at: .age(1), now: times[1]).label == "a")
        #expect(try timeline.moment(at: .instant(times[0] | 1), now: now).label == "a")
        let error = #expect(throws: RepositoryError.self) { try timeline.moment(at: .age(1), now: times[0]) }
        #expect(error?.code == .noMoment && error?.message.contains("the oldest is") == true)
    }

    @Test("shows no moment whose map has sectors that are not known")
    func unknownSectors() throws {
        let folder = try TemporaryFolder()
        var moment = HandmadeMoment()
        moment.extents.append(Extent(start: 64, length: 8, kind: .unknown))
        let repository = try moment.publish(in: folder)
        let host = try repository.hosts()[0]
        let shown = try repository.timeline(of: host).moments[0]
        let error = #expect(throws: RepositoryError.self) { try View(repository, host: host, moment: shown) }
        #expect(error?.code == .damaged && error?.message.contains("not complete") == true)
    }

    @Test(
        "gives every needed byte once and in storage order, whatever the memory allows", arguments: [1, 7, 50, 100_000])
    func scatter(budget: Int) throws {
        let small = try SmallRepository()
        for (host, moment) in try small.moments() {
            let view = try View(small.repository, host: host, moment: moment)
            let numbers = Set(view.root.disks.map(\.number))
            var seen: Set<UsedFrame> = []
            var packs: [Digest] = []
            var sectors: [UInt32: Set<UInt64>] = [:]
            try view.scatter(disks: numbers, budget: budget) { share in
                #expect(share.records.count <= budget)
                // What has more places than the budget comes in several shares behind one another.
                if packs.last != share.pack { packs.append(share.pack) }
                let index = try small.repository.indexes.index(of: share.pack)
                var last = 0
                for record in share.records {
                    #expect(record.chunk >= last)
                    last = Int(record.chunk)
                    seen.insert(UsedFrame(pack: share.pack, frame: index.frame(ofChunk: last)))
                    for sector in record.start..<record.start + UInt64(record.lengthInSectors) {
                        let isNew = sectors[record.disk, default: []].insert(sector).inserted
                        #expect(isNew)
                    }
                }
            }
            #expect(packs.count == Set(packs).count && seen == small.uses["\(host.name) \(moment.label)"])
            for disk in view.root.disks { #expect(UInt64(sectors[disk.number]?.count ?? 0) == disk.dataSectors) }
        }
    }
}

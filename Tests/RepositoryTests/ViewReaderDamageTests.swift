import Digests
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// Damage under a view: said with its place, and only where it is.
@Suite struct ViewReaderDamageTests {
    @Test("a damaged frame fails exactly the reads that need it, by name, and no longer once it is mended")
    func frame() throws {
        var generator = SeededGenerator(seed: 1)
        let opened = try OpenedReader([TestDisk(bytes: generator.bytes(20 * TestCapture.frame))])
        let pack = opened.reader.view.packs
        _ = try opened.read(0, 0..<512)
        let id = pack.id(0)
        let name = ObjectName.pack(id)
        let index = try opened.reader.view.repository.indexes.index(of: id)
        let frame = index.frames[2]
        let needed = 2 * TestCapture.frame..<3 * TestCapture.frame
        try opened.folder.restoring(name) {
            var bytes = try opened.folder.contents(name)
            bytes[Int(frame.offset) + 5] ^= 1
            try opened.folder.write(bytes, to: name)
            var failed = 0
            for _ in 0..<200 {
                let range = opened.random(0, &generator, most: TestCapture.frame)
                do {
                    #expect(try opened.read(0, range) == Array(opened.expected[0][range]))
                    #expect(!range.overlaps(needed))
                } catch let error as RepositoryError {
                    #expect(error.code == .damaged && range.overlaps(needed), "\(error)")
                    let time = Timestamp.text(ofNanoseconds: opened.reader.view.moment.time)
                    for word in ["Pack \(id.hex.prefix(8)) is damaged: frame 2", "disk 0 of web01 at \(time)"] {
                        #expect(error.message.contains(word), "\(error)")
                    }
                    failed += 1
                }
            }
            #expect(failed > 5)
        }
        #expect(try opened.read(0, needed) == Array(opened.expected[0][needed]))
    }

    @Test("a map that names bytes which its pack does not have is damage")
    func place() throws {
        for change in [{ (extent: inout Extent) in extent.place.chunk = 9 }, { $0.place.offset = 1 }] {
            var moment = HandmadeMoment()
            change(&moment.extents[3])
            let folder = try TemporaryFolder()
            let reader = try Self.reader(of: moment, in: folder)
            #expect(try reader.bytes(0, 0..<8192) == moment.chunks[0])
            let error = #expect(throws: RepositoryError.self) { try reader.bytes(0, 3 * 8192..<4 * 8192) }
            #expect(error?.code == .damaged && error?.message.contains("does not have") == true)
        }
    }

    @Test("content that is not known is an error, never zeros")
    func unknown() throws {
        var moment = HandmadeMoment()
        moment.extents[1].kind = .unknown
        moment.extents[1].place = Place(pack: 0, chunk: 0)
        // A writer that says it knows everything.
        moment.record = { record in
            record.dataSectors += record.unknownSectors
            record.unknownSectors = 0
        }
        let folder = try TemporaryFolder()
        let reader = try Self.reader(of: moment, in: folder)
        #expect(try reader.bytes(0, 0..<8192) == moment.chunks[0])
        let error = #expect(throws: RepositoryError.self) { try reader.bytes(0, 8000..<8200) }
        #expect(error?.message.contains("not known") == true)
        let runs = try reader.runs(of: reader.view.root.disks[0], in: 0..<4 * 8192)
        #expect(runs.map(\.isZero) == [false])
    }

    private static func reader(of moment: HandmadeMoment, in folder: TemporaryFolder) throws -> ViewReader {
        let repository = try moment.publish(in: folder)
        let timeline = try repository.timeline(of: "hand")
        return ViewReader(try View(repository, timeline: timeline, moment: try timeline.moment(at: .latest, now: 0)))
    }
}

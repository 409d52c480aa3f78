import RepositoryFormat
import Testing

@Suite("The note on a disk that is being restored")
struct RestoreNoteTests {
    private static let note = RestoreNote(
        host: "web01", position: Position(epoch: 2, sequence: 17), time: 1_795_370_400_000_000_000,
        repository: "http://192.0.2.10:8080", begun: 1_795_374_000_000_000_000, source: 1,
        disks: [.init(source: 0, target: "S5XYZ1"), .init(source: 1, target: nil)], fits: true, done: 43, total: 100)

    private static func bytes() throws -> [UInt8] { try #require(note.encoded) }

    @Test("is read as it was written, and has the layout of format.md, section 15")
    func layout() throws {
        let bytes = try Self.bytes()
        #expect(bytes.count == 4_096)
        #expect(String(decoding: bytes[..<16], as: UTF8.self) == "LIFEBOAT-RESTORE")
        #expect(Array(bytes[16..<20]) == [1, 0, 0, 0])
        let length = Int(bytes[20]) + Int(bytes[21]) << 8
        #expect(bytes[56..<512].allSatisfy { $0 == 0 }, "no firmware finds 55 AA at byte 510")
        #expect(bytes[512] == UInt8(ascii: "{") && bytes[512 + length - 1] == 0x0a)
        #expect(bytes[(512 + length)...].allSatisfy { $0 == 0 })
        let read = try #require(try RestoreNote.decode(bytes))
        #expect(read == Self.note && read.percent == 43 && read.position.sequence == 17)
    }

    @Test("what any disk begins with is no note")
    func foreign() throws {
        #expect(try RestoreNote.decode([UInt8](repeating: 0, count: 4_096)) == nil)
        #expect(try RestoreNote.decode([UInt8](repeating: 0x55, count: 8_192)) == nil)
        #expect(try RestoreNote.decode(Array(try Self.bytes()[..<512])) == nil)
    }

    @Test("one changed byte anywhere in head and body is found")
    func damaged() throws {
        let bytes = try Self.bytes()
        let length = Int(bytes[20]) + Int(bytes[21]) << 8
        for place in 0..<512 + length {
            var wrong = bytes
            wrong[place] ^= 0x20
            if place < 16 {
                #expect(try RestoreNote.decode(wrong) == nil)
            } else {
                #expect(throws: FormatError.self, "byte \(place)") { _ = try RestoreNote.decode(wrong) }
            }
        }
    }

    @Test("a divided disk has a target for each part, and says which it is; disks on one target are told by it")
    func parts() throws {
        var note = Self.note
        note.disks = [.init(source: 0, target: "A"), .init(source: 1, target: "B"), .init(source: 1, target: "C")]
        note.part = 1
        #expect(try RestoreNote.decode(#require(note.encoded)) == note)
        #expect(note.parts.map(\.target) == ["B", "C"] && note.combined == [1])
        for wrong in [nil, 2, -1] {
            note.part = wrong
            #expect(throws: FormatError.self, "\(String(describing: wrong))") {
                _ = try RestoreNote.decode(#require(note.encoded))
            }
        }
        note.disks = [.init(source: 1, target: "A"), .init(source: 0, target: "A"), .init(source: 2, target: "B")]
        note.part = nil
        #expect(try RestoreNote.decode(#require(note.encoded)) == note)
        #expect(note.combined == [1, 0])
        // Nothing is told by targets that nobody can tell apart.
        note.disks = [.init(source: 1, target: nil), .init(source: 0, target: nil)]
        #expect(note.combined == [1])
        note.part = 0
        #expect(throws: FormatError.self) { _ = try RestoreNote.decode(#require(note.encoded)) }
    }

    @Test("a note that was written in part is none", arguments: [512, 1_024, 3_584])
    func torn(length: Int) throws {
        var note = Self.note
        note.disks = (0..<46).map { .init(source: $0, target: "SERIAL-NUMBER-\($0)-OF-A-DISK-WITH-A-LONG-ONE") }
        let new = try #require(note.encoded)
        note.done = 99
        let old = try #require(note.encoded)
        #expect(throws: FormatError.self) {
            _ = try RestoreNote.decode(Array(new[..<length]) + [UInt8](repeating: 0, count: 4_096 - length))
        }
        if length == 512 {
            #expect(throws: FormatError.self) { _ = try RestoreNote.decode(Array(new[..<512]) + old[512...]) }
        }
    }

    @Test("names with control characters, other limits and doubled disks are refused")
    func limits() throws {
        func refuses(_ change: (inout RestoreNote) -> Void) throws {
            var note = Self.note
            change(&note)
            let bytes = try #require(note.encoded)
            #expect(throws: FormatError.self) { _ = try RestoreNote.decode(bytes) }
        }
        try refuses { $0.host = "web\u{1b}[2J" }
        try refuses { $0.host = "" }
        try refuses { $0.host = String(repeating: "h", count: 256) }
        try refuses { $0.repository = "http://a\nb" }
        try refuses { $0.time = .min }
        try refuses { $0.begun = .max }
        try refuses { $0.source = 7 }
        try refuses { $0.disks.append($0.disks[1]) }
    }

    @Test("where the other disks do not fit it names its own, and where that does not fit there is none")
    func tooLong() throws {
        var note = Self.note
        note.disks = (0..<200).map { .init(source: $0, target: "SERIAL-NUMBER-\($0)-OF-A-DISK-WITH-A-LONG-ONE") }
        let bytes = try #require(note.encoded)
        let read = try #require(try RestoreNote.decode(bytes))
        #expect(read.disks.map(\.source) == [1])
        note.repository = "http://" + String(repeating: "a", count: 4_000)
        #expect(note.encoded == nil)
    }

    @Test(
        "percent never leave 0 to 100",
        arguments: [(0, 0, 0), (5, 0, 0), (200, 100, 100), (.max, .max, 100)] as [(UInt64, UInt64, Int)])
    func percent(done: UInt64, total: UInt64, percent: Int) {
        var note = Self.note
        (note.done, note.total) = (done, total)
        #expect(note.percent == percent)
    }
}

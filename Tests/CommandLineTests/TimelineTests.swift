import Foundation
import ProgramHarness
import Testing

/// `lifeboat timeline`, `hosts` and `restore --at latest` of a host whose writes were followed.
@Suite struct TimelineTests {
    /// A scan, then writes with a frozen mark, an agent that was off, and writes after it.
    private static let script = [
        "write 10 0 0 4096 1", "write 20.5 0 4096 4096 2", "mark frozen nightly", "write 30 0 8192 4096 3", "publish",
        "gap agent", "endgap 7230", "write 7231 0 0 8192 4", "publish",
    ]

    private func made(_ script: [String] = Self.script) throws -> (Scratch, Fed) {
        let scratch = try Scratch()
        _ = try scratch.newRepository()
        try Disk.write(Disk.random(1 << 20, seed: 9), to: scratch("disk"))
        try scratch.capture("disk")
        return (scratch, try scratch.feed(script))
    }

    private func timeline(_ scratch: Scratch, _ words: String...) throws -> Outcome {
        try scratch.lifeboat(["timeline", "web01", "--repository", "repository"] + words).expecting(0)
    }

    @Test("JSON has the range, the marks, the gaps, how finely it is kept and what was written when")
    func json() throws {
        let (scratch, fed) = try made()
        let json = try timeline(scratch, "--json").json()
        #expect(json["newest"].text == fed.at(7231))
        #expect(json["oldest"].text == json["moments"][0]["time"].text)
        #expect(json["marks"].list.count == 1)
        #expect(json["marks"][0]["label"].text == "nightly" && json["marks"][0]["kind"].text == "frozen")
        #expect(json["marks"][0]["time"].text == fed.at(20))
        #expect(json["gaps"].list.count == 1)
        let gap = json["gaps"][0]
        #expect(gap["reason"].text == "agent off" && gap["isKnown"].bool == false && gap["seconds"].int == 7_200)
        #expect(gap["from"].text == fed.at(30) && gap["to"].text == fed.at(7230))
        #expect(json["stretches"].list.compactMap { $0["granularity"].text } == ["every write", "every write"])
        #expect(json["segments"]["count"].int == 4 && json["segments"]["writes"].int == 5)
        #expect(json["activity"].list.reduce(0) { $0 + ($1["writes"].int ?? 0) } == 5)
        let members = [
            "activity[].time", "activity[].writes", "gaps[].from", "gaps[].fromPosition", "gaps[].isKnown",
            "gaps[].reason", "gaps[].seconds", "gaps[].to", "gaps[].toPosition", "head", "host", "id", "marks[].kind",
            "marks[].label", "marks[].position", "marks[].time", "newest", "oldest", "segments.bytes", "segments.count",
            "segments.writes", "stretches[].from", "stretches[].granularity", "stretches[].to",
        ]
        #expect(Set(members).subtracting(json.members) == [])
    }

    @Test("the text names range, gap, mark and stretches, and is plain where the locale is")
    func text() throws {
        let (scratch, fed) = try made()
        let text = try timeline(scratch).output
        #expect(text.utf8.allSatisfy { $0 < 0x80 }, "\(text)")
        for word in [fed.at(7231), "agent off", "2 h 00 min", "nightly", "frozen", "every write", ":10       :20", "?"]
        {
            #expect(text.contains(word), "\(word): \(text)")
        }
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 80 }, "\(text)")
        let blocks = try scratch.sh("LC_ALL=C.UTF-8 '\(Program.path)' timeline web01 --repository repository")
        #expect(blocks.contains("█") && blocks.contains("░") && blocks.contains("◆"), "\(blocks)")
        let plain = try scratch.sh("LC_ALL=C.UTF-8 '\(Program.path)' timeline web01 --repository repository --ascii")
        #expect(plain == text.dropLast())
    }

    @Test("--from and --to leave out what lies outside; times that are none are bad usage")
    func part() throws {
        let (scratch, fed) = try made()
        let late = try timeline(scratch, "--json", "--from", fed.at(7000)).json()
        #expect(late["marks"].list == [] && late["moments"].list == [] && late["gaps"].list.count == 1)
        #expect(late["activity"].list.reduce(0) { $0 + ($1["writes"].int ?? 0) } == 2)
        let early = try timeline(scratch, "--json", "--to", fed.at(20)).json()
        #expect(early["marks"].list.count == 1 && early["gaps"].list == [] && early["moments"].list.count == 1)
        for words in [["--from", "yesterday"], ["--to", "@1"], ["--from", fed.at(9), "--to", fed.at(8)]] {
            let outcome = try scratch.lifeboat(["timeline", "web01", "--repository", "repository"] + words)
            #expect(outcome.status == 2, "\(outcome)")
        }
    }

    @Test("long lists are cut to the newest 20, unless all are wanted")
    func long() throws {
        let marks = (1...25).flatMap { ["write \($0) 0 0 512 \($0)", "mark label number-\($0)-"] }
        let (scratch, _) = try made(marks)
        let text = try timeline(scratch).output
        #expect(!text.contains("number-5-") && text.contains("number-6-") && text.contains("number-25-"), "\(text)")
        #expect(text.contains("(5 older: --all)"))
        #expect(try timeline(scratch, "--all").output.contains("number-1-"))
        #expect(try timeline(scratch, "--json").json()["marks"].list.count == 25)
    }

    @Test("a gap that lasts is a warning; a time in a gap is refused with the moments before and after it")
    func gaps() throws {
        let (scratch, fed) = try made(Self.script + ["gap degraded"])
        #expect(try timeline(scratch).output.contains("Warning: nothing is known since \(fed.at(7231)): degraded."))
        let outcome = try scratch.restore(from: "repository", at: fed.at(3600), to: "t")
        #expect(outcome.status == 3)
        for word in [fed.at(30), fed.at(7230), "nobody watched", "Nothing was written."] {
            #expect(outcome.errors.contains(word), "\(outcome)")
        }
    }

    @Test("the newest time of a host is that of its last write")
    func hosts() throws {
        let (scratch, fed) = try made()
        let hosts = try scratch.lifeboat("hosts", "--repository", "repository", "--json").expecting(0).json()
        #expect(hosts[0]["newest"].text == fed.at(7231))
    }

    @Test("a restore of the latest takes a frozen state that is hardly older, and says what it leaves out")
    func latest() throws {
        let (scratch, fed) = try made([
            "write 10 0 0 4096 1", "mark frozen nightly", "write 30 0 8192 4096 3", "publish",
        ])
        let plan = try scratch.lifeboat(
            "restore", "web01", "--repository", "repository", "--disk", "0=t", "--dry-run", "--json"
        ).expecting(0).json()
        #expect(plan["quality"].text == "frozen" && plan["label"].text == "nightly")
        #expect(plan["moment"].text == fed.at(10))
        let note = plan["warnings"][0].text ?? ""
        #expect(note.contains("Newer writes up to \(fed.at(30))"), "\(note)")
        let newest = try scratch.restore(from: "repository", at: fed.positions[2], to: "t").expecting(0).json()
        #expect(newest["quality"].text == "crash-consistent" && newest["moment"].text == fed.at(30))
        #expect(newest["warnings"].list == [])
        var expected = Disk.random(1 << 20, seed: 9)
        expected.replaceSubrange(0..<4096, with: Disk.random(4096, seed: 1))
        expected.replaceSubrange(8192..<12288, with: Disk.random(4096, seed: 3))
        #expect(try scratch.read("t") == expected)
    }
}

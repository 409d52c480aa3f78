import ProgramHarness
import Testing

/// Damage in a repository: a restore stops and says the state of the disk, `verify` names the object and the moments.
@Suite struct DamageTests {
    /// One object of the sample, and what its damage touches.
    struct Subject: Sendable, CustomTestStringConvertible {
        let name: String
        /// Part of the object's name, and whether only the second moment has it.
        let pattern: String
        let isNew: Bool
        /// Moments that cannot be restored: none, the second, both.
        let touched: Int
        /// What the restore says it is.
        let words: String
        var testDescription: String { name }
    }

    enum Harm: String, CaseIterable, Sendable { case missing, cut, flipped, flippedAtEnd }

    static let subjects = [
        Subject(name: "the second pack", pattern: "packs/../[0-9a-f]*", isNew: true, touched: 1, words: "Pack"),
        Subject(name: "the first pack", pattern: "packs/../[0-9a-f]*", isNew: false, touched: 2, words: "Pack"),
        Subject(name: "the second index", pattern: "packs/../[0-9a-f]*\\.index", isNew: true, touched: 1, words: "ack"),
        Subject(name: "the first index", pattern: "packs/../[0-9a-f]*\\.index", isNew: false, touched: 2, words: "ack"),
        Subject(
            name: "a page of the second map", pattern: "hosts/.*/maps/pages/../[0-9a-f]*", isNew: true, touched: 1,
            words: "map"),
        Subject(
            name: "the second root", pattern: "hosts/.*/maps/[0-9.]*-[0-9a-f]*", isNew: true, touched: 1, words: "map"),
        Subject(name: "the newest head", pattern: "hosts/.*/heads/0*2", isNew: true, touched: 2, words: "ead"),
        Subject(name: "the pointer", pattern: "hosts/[^/]*/head", isNew: false, touched: 2, words: "ead"),
        Subject(name: "the list of hosts", pattern: "hosts\\.json", isNew: false, touched: 2, words: "hosts"),
    ]

    private func object(_ subject: Subject, _ sample: Sample) throws -> String {
        let names = subject.isNew ? sample.newObjects : sample.objects[0]
        let pattern = try Regex(subject.pattern)
        return try #require(names.sorted().first { $0.wholeMatch(of: pattern) != nil }, "\(names)")
    }

    private func harm(_ harm: Harm, _ path: String, in scratch: Scratch) throws {
        let size = try Disk.read(path).count
        switch harm {
        case .missing: try scratch.sh("rm '\(path)'")
        // Two: the last byte of a text is its line feed, with which nothing is lost.
        case .cut: try scratch.sh("truncate -s -2 '\(path)'")
        case .flipped: try Disk.flip(path, at: size / 2)
        case .flippedAtEnd: try Disk.flip(path, at: size - 1)
        }
    }

    @Test(
        "every damage is found by restore and verify, and only what it touches is lost", arguments: subjects,
        Harm.allCases)
    func damage(subject: Subject, harm: Harm) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        let object = try object(subject, sample)
        try self.harm(harm, "\(repository)/\(object)", in: scratch)
        try checkRestore(subject, repository, object, sample, scratch)
        try checkVerify(subject, repository, object, sample, scratch)
    }

    private func checkRestore(
        _ subject: Subject, _ repository: String, _ object: String, _ sample: Sample, _ scratch: Scratch
    ) throws {
        try SoiledDisk.make("t", bytes: sample.size, in: scratch)
        let before = try scratch.read("t")
        let outcome = try scratch.restore(from: repository, to: "t")
        #expect(outcome.status == 4, "\(outcome)")
        #expect(outcome.output == "")
        for word in [subject.words, "lifeboat verify"] { #expect(outcome.errors.contains(word), "\(word): \(outcome)") }
        if outcome.errors.contains("Nothing was written.") {
            #expect(try scratch.read("t") == before)
        } else {
            let words = try Regex("t is written up to [0-9]+ of \(sample.size) bytes and does not boot")
            #expect(outcome.errors.contains(words), "\(outcome)")
            // A disk that was begun does not look like one that is whole.
            #expect(try scratch.sh("wipefs -n -O TYPE t").contains("gpt") == false)
        }
        guard subject.touched == 1 else { return }
        let first = try scratch.restore(from: repository, at: sample.moments[0], to: "t")
        #expect(first.status == 0, "\(first)")
        #expect(
            Judge.complaints(captured: sample.disks[0], restored: try scratch.read("t"), free: sample.free[0]) == [])
    }

    private func checkVerify(
        _ subject: Subject, _ repository: String, _ object: String, _ sample: Sample, _ scratch: Scratch
    ) throws {
        for deep in [[], ["--deep"]] {
            let outcome = try scratch.lifeboat(["verify", "--repository", repository, "--json", "--quiet"] + deep)
            #expect(outcome.status == 4, "\(outcome)")
            let report = try outcome.json()
            #expect(report["ok"].bool == false)
            #expect(report["damages"].list.compactMap { $0["object"].text } == [object], "\(outcome)")
            let damage = report["damages"][0]
            #expect(damage["what"].text?.isEmpty == false)
            let isChain = object.contains("head") || object == "hosts.json"
            let times = isChain ? [] : Array(sample.moments.suffix(subject.touched))
            #expect(damage["moments"].list.compactMap { $0["time"].text } == times, "\(outcome)")
            #expect(damage["hosts"].list.count == 1, "\(outcome)")
        }
        let text = try scratch.lifeboat("verify", "--repository", repository)
        #expect(text.status == 4 && text.output.contains(object) && text.output.contains("touches web01"), "\(text)")
    }

    @Test(
        "an older head that is damaged keeps no moment from being restored, and verify names it",
        arguments: Harm.allCases)
    func olderHead(harm: Harm) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        let head = try #require(sample.objects[0].first { $0.contains("/heads/") })
        try self.harm(harm, "\(repository)/\(head)", in: scratch)
        for (number, time) in sample.moments.enumerated() {
            #expect(try scratch.restore(from: repository, at: time, to: "t\(number)").status == 0)
        }
        let report = try scratch.lifeboat("verify", "--repository", repository, "--json").expecting(4).json()
        #expect(report["damages"].list.compactMap { $0["object"].text } == [head])
        #expect(report["damages"][0]["moments"].list == [])
    }

    @Test("lifeboat.json that is no more than a name is no repository, or a damaged one", arguments: Harm.allCases)
    func description(harm: Harm) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        // A flipped bit in the middle may make another date, which nothing depends on.
        if harm == .flipped { return }
        try self.harm(harm, "\(repository)/lifeboat.json", in: scratch)
        let outcome = try scratch.restore(from: repository, to: "t")
        #expect(outcome.status == (harm == .missing ? 3 : 4), "\(outcome)")
        #expect(outcome.errors.contains("lifeboat.json"), "\(outcome)")
        #expect(try scratch.sh("ls -d t 2>/dev/null || true") == "")
    }

    @Test("a capture into a repository with a damaged pack does not build upon it, and mends what it can")
    func captureAfterDamage() throws {
        let sample = try Sample.get()
        for harm in [Harm.missing, .cut] {
            let scratch = try Scratch()
            let repository = try sample.copy(into: scratch)
            let pack = try #require(
                sample.objects[0].first { $0.hasPrefix("packs/") && !$0.hasSuffix(".index") })
            try self.harm(harm, "\(repository)/\(pack)", in: scratch)
            try scratch.sh("cp '\(sample.scratch("disk"))' disk")
            let report = try scratch.capture("disk", to: repository)
            #expect((report["newBytes"].int ?? 0) > 4 << 20, "\(report)")
            _ = try scratch.restore(from: repository, to: "t").expecting(0)
            #expect(
                Judge.complaints(captured: sample.disks[1], restored: try scratch.read("t"), free: sample.free[1]) == []
            )
        }
    }
}

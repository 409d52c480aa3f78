import ProgramHarness
import Testing

/// Members of `--json` output: others read them, so they only ever grow. What is here may not be renamed or removed.
@Suite struct OutputTests {
    @Test("repository init")
    func initialize() throws {
        let scratch = try Scratch()
        let json = try scratch.lifeboat("repository", "init", "r", "--json").expecting(0).json()
        expect(json, has: ["created", "format", "id", "algorithms.digest", "chunker.average", "createIfAbsent"])
    }

    @Test("capture")
    func capture() throws {
        let sample = try Sample.get()
        expect(
            sample.reports[0],
            has: [
                "dataBytes", "diskBytes", "head", "host", "label", "moment", "newBytes", "newPacks", "notes", "seconds",
                "storedBytes", "warnings",
            ])
    }

    @Test("hosts")
    func hosts() throws {
        let sample = try Sample.get()
        let json = try sample.scratch.lifeboat("hosts", "--repository", sample.repository, "--json").expecting(0).json()
        #expect(json.list.count == 1)
        expect(json[0], has: ["diskBytes", "id", "moments", "name", "newest", "oldest"])
        #expect(json[0]["name"].text == "web01" && json[0]["moments"].int == 2)
        #expect(json[0]["oldest"].text == sample.moments[0] && json[0]["newest"].text == sample.moments[1])
    }

    @Test("timeline")
    func timeline() throws {
        let sample = try Sample.get()
        let json = try sample.scratch.lifeboat("timeline", "web01", "--repository", sample.repository, "--json")
            .expecting(0).json()
        expect(json, has: ["head", "host", "id"])
        let members = [
            "dataBytes", "diskBytes", "label", "newBytes", "position", "quality", "seconds", "storedBytes", "time",
        ]
        #expect(json["moments"].list.count == 2)
        expect(json["moments"][0], has: members)
        #expect(json["moments"].list.compactMap { $0["label"].text } == ["first", "second"])
        for (moment, report) in zip(json["moments"].list, sample.reports) {
            for name in ["dataBytes", "diskBytes", "newBytes", "storedBytes"] { #expect(moment[name] == report[name]) }
            #expect(moment["time"] == report["moment"])
        }
    }

    @Test("restore, with and without --dry-run")
    func restore() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("t", bytes: 28 << 20, in: scratch)
        let words = [
            "restore", "web01", "--repository", sample.repository, "--disk", "0=t", "--json", "--confirm", "t",
        ]
        let plan = try scratch.lifeboat(words + ["--dry-run"]).expecting(0).json()
        expect(
            plan,
            has: [
                "disks[].adaptations", "disks[].dataBytes", "disks[].source.logicalSectorSize", "disks[].source.number",
                "disks[].source.sizeInBytes", "disks[].target.confirmation", "disks[].target.contents",
                "disks[].target.kind", "disks[].target.logicalSectorSize", "disks[].target.path",
                "disks[].target.physicalSectorSize", "disks[].target.sizeInBytes", "disks[].zeroBytes",
                "estimatedSeconds", "fetchBytes", "host", "label", "moment", "packs", "quality", "warnings",
            ])
        let report = try scratch.lifeboat(words).expecting(0).json()
        expect(
            report,
            has: [
                "adapted[].disk", "adapted[].length", "adapted[].offset", "adapted[].reason", "adapted[].target",
                "comparedFirst", "disks[].alreadyRightBytes", "disks[].dataBytes", "disks[].source",
                "disks[].sourceSizeInBytes", "disks[].target", "disks[].targetSizeInBytes", "disks[].verifiedBytes",
                "disks[].writtenBytes", "disks[].zeroedBytes", "fetchedBytes", "finished", "host", "isVerified",
                "label",
                "moment", "nextSteps", "packs", "phases[].bytes", "phases[].bytesPerSecond", "phases[].name",
                "phases[].seconds", "seconds", "started", "warnings",
            ])
        let disk = report["disks"][0]
        #expect(disk["verifiedBytes"].int == 28 << 20)
        #expect(disk["dataBytes"].int == plan["disks"][0]["dataBytes"].int)
        #expect((disk["writtenBytes"].int ?? 0) + (disk["alreadyRightBytes"].int ?? 0) == disk["dataBytes"].int)
        #expect((disk["dataBytes"].int ?? 0) + (disk["zeroedBytes"].int ?? 0) == 28 << 20)
    }

    @Test("verify, of a sound repository and of a damaged one")
    func verify() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let counts = ["chunks", "frames", "heads", "hosts", "mapPages", "moments", "packBytes", "packs"]
        let members = ["deep", "ok", "repository"] + counts.map { "counts.\($0)" }
        let sound = try scratch.lifeboat("verify", "--repository", sample.repository, "--json").expecting(0).json()
        expect(sound, has: members + ["damages", "notes"])
        #expect(sound["counts"]["moments"].int == 2 && sound["counts"]["hosts"].int == 1)
        let repository = try sample.copy(into: scratch)
        try scratch.sh("rm '\(repository)'/packs/*/*")
        let damaged = try scratch.lifeboat("verify", "--repository", repository, "--json").expecting(4).json()
        let damage = [
            "hosts", "moments[].host", "moments[].label", "moments[].position", "moments[].time", "object", "what",
        ]
        expect(damaged, has: members + damage.map { "damages[].\($0)" })
    }

    @Test("nothing but JSON is on standard output, and nothing at all on standard error when it is quiet")
    func streams() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let outcome = try scratch.restore(from: sample.repository, to: "t").expecting(0)
        _ = try outcome.json()
        #expect(outcome.errors == "")
        let failed = try scratch.restore("nobody", from: sample.repository, to: "t")
        #expect(failed.output == "" && failed.errors.hasPrefix("lifeboat: "))
    }

    private func expect(_ json: JSON, has members: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        let missing = Set(members).subtracting(json.members)
        #expect(missing == [], "\(json.members)", sourceLocation: sourceLocation)
    }
}

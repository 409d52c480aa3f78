import Foundation
import ProgramHarness
import Testing

/// Moments as image files of other programs.
@Suite struct ExportTests {
    private func export(
        _ words: String..., from repository: String, in scratch: Scratch
    ) throws -> Outcome {
        try scratch.lifeboat(["export", "web01", "--repository", repository, "--disk", "0"] + words)
    }

    @Test("an exported image is the disk, to QEMU", arguments: ["raw", "qcow2", "vhdx", "vmdk"])
    func formats(format: String) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        _ = try scratch.restore(from: sample.repository, at: sample.moments[0], to: "t").expecting(0)
        let report = try export(
            "--to", "x.\(format)", "--at", sample.moments[0], "--json", from: sample.repository, in: scratch
        ).expecting(0).json()
        #expect(report["format"].text == format && report["isVerified"].bool == true)
        #expect(report["diskBytes"].int == sample.size && report["moment"].text == sample.moments[0])
        #expect(report["fileBytes"].int ?? .max < sample.size)
        #expect(
            try scratch.sh("qemu-img compare -f raw -F \(format) t x.\(format)").contains("Images are identical."))
        #expect(try scratch.sh("qemu-img info --output=json x.\(format) | jq -r .format") == format)
        if format != "raw" { try scratch.sh("qemu-img check x.\(format)") }
        #expect(try scratch.sh("ls -A | grep -v '^\\.child\\|^\\.functions'") == "t\nx.\(format)")
    }

    @Test("a file that exists is left as it is, unless --force")
    func existing() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try scratch.sh("echo mine > 'my:x.raw'; mkdir d.raw; ln -s /dev/null null.raw")
        let outcome = try export("--to", "my:x.raw", from: sample.repository, in: scratch)
        #expect(outcome.status == 3 && outcome.errors.contains("--force"), "\(outcome)")
        #expect(try scratch.sh("cat my:x.raw") == "mine")
        for file in ["d.raw", "null.raw", "nowhere/x.raw"] {
            #expect(try export("--to", file, "--force", from: sample.repository, in: scratch).status == 3)
        }
        _ = try export("--to", "my:x.raw", "--force", from: sample.repository, in: scratch).expecting(0)
        #expect(try scratch.read("my:x.raw").count == sample.size)
        _ = try export("--to", "image", "--format", "qcow2", from: sample.repository, in: scratch).expecting(0)
        #expect(try scratch.sh("qemu-img info --output=json image | jq -r .format") == "qcow2")
    }

    @Test("refusals leave nothing")
    func refusals() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let early = try export("--to", "x.raw", "--at", "1999-01-01", from: sample.repository, in: scratch)
        #expect(early.status == 3, "\(early)")
        let disk = try scratch.lifeboat(
            "export", "web01", "--repository", sample.repository, "--disk", "1", "--to", "x.raw")
        #expect(disk.status == 3 && disk.errors.contains("no disk 1"), "\(disk)")
        let far = try export("--to", "x.raw", from: "http://127.0.0.1:9/", in: scratch)
        #expect(far.status == 5, "\(far)")
        #expect(try scratch.sh("ls") == "")
    }

    @Test("damage ends an export with its own words and leaves no file", arguments: [false, true])
    func damage(overHTTP: Bool) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        let pack = try #require(sample.newObjects.first { $0.hasPrefix("packs/") && !$0.hasSuffix(".index") })
        try Disk.flip("\(repository)/\(pack)", at: try Disk.read("\(repository)/\(pack)").count / 2)
        let place = overHTTP ? try Server.nginx(repository, in: scratch).url : repository
        let outcome = try export("--to", "x.qcow2", from: place, in: scratch)
        #expect(outcome.status == 4, "\(outcome)")
        for word in ["is damaged: frame ", "disk 0 of web01 at \(sample.moments[1])", "x.qcow2 was not made"] {
            #expect(outcome.errors.contains(word), "\(outcome)")
        }
        #expect(try scratch.sh("ls -A | grep x.qcow2 || true") == "")
    }

    @Test("an export that is stopped or killed leaves no file of its name", arguments: [SIGINT, SIGKILL])
    func stopped(signal: Int32) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        // A qemu-img that writes something and never ends.
        try scratch.sh(
            """
            mkdir bin out
            printf '#!/bin/sh\\nfor last; do :; done\\necho $$ > pid\\necho half > "$last"\\nexec sleep 600\\n' > bin/qemu-img
            chmod +x bin/qemu-img
            """)
        let path = "PATH=\(scratch("bin")):/usr/local/bin:/usr/bin:/bin"
        let words = ["export", "web01", "--repository", sample.repository, "--disk", "0", "--to", "out/x.qcow2"]
        let child = try Child(["env", path, Program.path] + words, in: scratch.path)
        try child.wait { (try? scratch.sh("cat out/.x.qcow2.partial-*")) == "half" }
        child.signal(signal)
        let outcome = try child.wait(seconds: 20)
        #expect(outcome.status == (signal == SIGINT ? 130 : 128 + SIGKILL), "\(outcome)")
        #expect(try scratch.sh("ls out") == "")
        if signal == SIGINT { #expect(try scratch.sh("ls -A out") == "") }
        try scratch.sh("kill $(cat pid) 2>/dev/null || true")
        _ = try export("--to", "out/x.qcow2", from: sample.repository, in: scratch).expecting(0)
    }
}

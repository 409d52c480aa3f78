import ProgramHarness
import Testing

/// Help, bad usage, repositories that are not there: what an operator meets first.
@Suite struct UsageTests {
    private static let commands = [
        [], ["repository"], ["repository", "init"], ["capture"], ["hosts"], ["timeline"], ["restore"], ["verify"],
        ["serve"], ["attach"], ["export"], ["mark"], ["diff"],
    ]

    @Test("the help of every command has an example and the exit statuses", arguments: commands)
    func help(command: [String]) throws {
        let scratch = try Scratch()
        let outcome = try scratch.lifeboat(command + ["--help"]).expecting(0)
        // Words of the help may be broken over lines.
        let text = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let example = (["Example: lifeboat"] + command).joined(separator: " ")
        #expect(text.contains(example), "\(outcome)")
        for status in [
            "0 done and verified", "1 failed", "2 bad usage", "3 refused", "4 damage found", "5 repository unreachable",
            "130 interrupted",
        ] { #expect(text.contains(status), "\(status): \(outcome)") }
        #expect(outcome.errors == "")
    }

    @Test(
        "bad usage has status 2, says so on standard error, and does nothing",
        arguments: [
            ["nonsense"], ["capture"], ["capture", "--repository", "r"],
            ["capture", "--repository", "r", "--host", "h"],
            ["capture", "--repository", "r", "--host", "h", "--level", "0", "d"],
            ["capture", "--repository", "r", "--host", "h", "--label", String(repeating: "x", count: 256), "d"],
            ["hosts"], ["timeline", "--repository", "r"], ["timeline", "h"], ["restore", "h", "--repository", "r"],
            ["restore", "--repository", "r", "--disk", "0=t"],
            ["restore", "h", "--repository", "r", "--disk", "t"],
            ["restore", "h", "--repository", "r", "--disk", "0="],
            ["restore", "h", "--repository", "r", "--disk", "=t"],
            ["restore", "h", "--repository", "r", "--disk", "a=t"],
            ["restore", "h", "--repository", "r", "--disk", "-1=t"],
            ["restore", "h", "--repository", "r", "--disk", "0=t", "--at", "yesterday"],
            ["restore", "h", "--repository", "r", "--disk", "0=t", "--at", "2026-13-01"],
            ["restore", "h", "--repository", "r", "--disk", "0=t", "--at", "-2h"],
            ["restore", "h", "--repository", "r", "--disk", "0=t", "--unknown"],
            ["restore", "h", "--repository", "r", "--disk", "0=t", "--scratch", "/tmp"],
            ["restore", "h", "--repository", "r", "--disk", "0=t", "--fit", "--scratch", "/nowhere"],
            ["serve", "--repository", "r", "--listen", "8080"],
            ["serve", "--repository", "r", "--listen", "1.2.3.4:99999"],
            ["attach", "h", "--repository", "r"], ["attach", "h", "--repository", "r", "--socket", ""],
            ["attach", "h", "--repository", "r", "--socket", "s", "--disk", "x"],
            ["attach", "h", "--repository", "r", "--socket", "s", "--at", "yesterday"],
            ["export", "h", "--repository", "r", "--to", "x.raw"], ["export", "h", "--repository", "r", "--disk", "0"],
            ["export", "h", "--repository", "r", "--disk", "0", "--to", "x.iso"],
            ["export", "h", "--repository", "r", "--disk", "0", "--to", "x", "--format", "iso"],
            ["export", "h", "--repository", "r", "--disk", "-1", "--to", "x.raw"],
            ["timeline", "h", "--repository", "r", "--from", "yesterday"],
            ["mark", "h", "--repository", "r"], ["mark", "--repository", "r", "--label", "l"],
            ["mark", "h", "--repository", "r", "--label", "l", "--at", "@1"],
            ["mark", "h", "--repository", "r", "--remove", "l", "--at", "1h"],
            ["diff", "h", "--repository", "r", "--at", "1h"], ["diff", "h", "--repository", "r", "--and", "1h"],
            ["diff", "h", "--repository", "r", "--at", "1h", "--and", "never"],
            ["verify"], ["repository", "init"], ["repository"],
        ])
    func usage(words: [String]) throws {
        let scratch = try Scratch()
        let outcome = try scratch.lifeboat(words)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.output == "" && outcome.errors.lowercased().contains("usage"), "\(outcome)")
        #expect(try scratch.sh("ls") == "")
    }

    @Test("the version is printed")
    func version() throws {
        let scratch = try Scratch()
        #expect(try scratch.lifeboat("--version").expecting(0).output.split(separator: ".").count == 3)
    }

    @Test(
        "where no repository lies every command says so and has status 3",
        arguments: [
            ["hosts"], ["timeline", "web01"], ["verify"], ["serve", "--listen", "127.0.0.1:0"],
            ["capture", "--host", "web01", "disk"], ["restore", "web01", "--disk", "0=t", "--confirm", "t"],
            ["attach", "web01", "--socket", "s"], ["export", "web01", "--disk", "0", "--to", "t.raw"],
            ["mark", "web01", "--label", "l"], ["diff", "web01", "--at", "1h", "--and", "latest"],
        ])
    func notARepository(words: [String]) throws {
        let scratch = try Scratch()
        try scratch.sh("mkdir folder; truncate -s 1M disk")
        for place in ["folder", "nowhere"] {
            let outcome = try scratch.lifeboat(words + ["--repository", place])
            #expect(outcome.status == 3, "\(outcome)")
            #expect(outcome.errors.contains(place) && outcome.errors.contains("lifeboat repository init"), "\(outcome)")
        }
        #expect(try scratch.sh("ls -A folder; ls -d nowhere t t.raw s 2>/dev/null || true") == "")
    }

    @Test("a repository is made once: the second time it is left as it is")
    func initialize() throws {
        let scratch = try Scratch()
        let first = try scratch.lifeboat("repository", "init", "a/b/repository", "--json").expecting(0).json()
        #expect(first["format"].int == 1)
        let before = try scratch.sh("cat a/b/repository/*.json")
        let outcome = try scratch.lifeboat("repository", "init", "a/b/repository")
        #expect(outcome.status == 3 && outcome.errors.contains("Nothing was changed"), "\(outcome)")
        #expect(try scratch.sh("cat a/b/repository/*.json") == before)
        #expect(try scratch.lifeboat("verify", "--repository", "a/b/repository", "--deep").status == 0)
        #expect(
            try scratch.lifeboat("hosts", "--repository", "a/b/repository").expecting(0).output.contains("no hosts"))
    }

    @Test(
        "a repository is neither made nor written over HTTP",
        arguments: ["http://127.0.0.1:9/r", "https://127.0.0.1:9/"])
    func readOnly(url: String) throws {
        let scratch = try Scratch()
        let outcome = try scratch.lifeboat("repository", "init", url)
        #expect(outcome.status == 3 && outcome.errors.contains("read-only"), "\(outcome)")
        let served = try scratch.lifeboat("serve", "--repository", url)
        #expect(served.status == 3, "\(served)")
    }

    @Test("a capture to a server without tokens is refused, and the repository stays as it is")
    func captureOverHTTP() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try scratch.sh("truncate -s 1M disk")
        let server = try Server.lifeboat(sample.repository, in: scratch)
        let outcome = try scratch.lifeboat("capture", "--repository", server.url, "--host", "web01", "disk")
        #expect(outcome.status == 3 && outcome.errors.contains("has no tokens"), "\(outcome)")
        #expect(try Sample.objects(of: sample.repository, in: scratch) == sample.objects[1])
    }

    @Test("an unknown host is refused with the names there are")
    func unknownHost() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        for words in [
            ["timeline", "web02"], ["restore", "web02", "--disk", "0=t", "--confirm", "t"],
            ["attach", "web02", "--socket", "s"], ["export", "web02", "--disk", "0", "--to", "t.raw"],
        ] {
            let outcome = try scratch.lifeboat(words + ["--repository", sample.repository])
            #expect(outcome.status == 3, "\(outcome)")
            for word in ["web02", "web01", "Nothing was written."] {
                #expect(outcome.errors.contains(word), "\(outcome)")
            }
        }
        #expect(try scratch.sh("ls") == "")
    }
}

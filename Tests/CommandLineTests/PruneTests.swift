import ProgramHarness
import Testing

/// `lifeboat prune` as an administrator meets it: judged by restores, by `du`, and by what `verify` says afterwards.
@Suite struct PruneTests {
    /// The sample's second moment alone is kept.
    private func prune(_ scratch: Scratch, _ words: String...) throws -> Outcome {
        try scratch.lifeboat(["prune", "--repository", "repository", "--quiet"] + words)
    }

    private func bytes(_ scratch: Scratch) throws -> Int {
        let text = try scratch.sh(
            "find repository -type f ! -path '*/locks/*' -printf '%s\\n' | awk '{s+=$1} END {print s}'")
        return try #require(Int(text.split(separator: "\n").first ?? ""))
    }

    @Test("a dry run changes nothing and says what the run frees; what is kept restores, what is not says so")
    func dryRun() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        _ = try sample.copy(into: scratch)
        let before = try scratch.sh("cd repository && find . -type f ! -path './l*' | sort | xargs sha256sum")
        let words = ["web01", "--keep", "year:forever", "--grace", "0s", "--json"]
        let expected = try scratch.lifeboat(
            ["prune", "--repository", "repository", "--quiet", "--dry-run"] + words
        ).expecting(0).json()
        #expect(try scratch.sh("cd repository && find . -type f ! -path './l*' | sort | xargs sha256sum") == before)
        let size = try bytes(scratch)
        let report = try scratch.lifeboat(
            ["prune", "--repository", "repository", "--quiet"] + words
        ).expecting(0).json()
        #expect(report["freedBytes"].int == expected["freedBytes"].int)
        #expect(try bytes(scratch) < size)
        let verified = try scratch.lifeboat("verify", "--repository", "repository", "--deep").expecting(0)
        #expect(verified.output.contains("No damage"), "\(verified)")
        // A restore reads back and compares what it wrote.
        _ = try scratch.restore(from: "repository", to: scratch("out")).expecting(0)
        let gone = try scratch.lifeboat(
            "restore", "web01", "--repository", "repository", "--at", sample.moments[0], "--disk", "0=none", "--dry-run"
        )
        #expect(gone.status == 3, "\(gone)")
    }

    @Test("a policy that is not one is refused with an example, and a host without one is left whole")
    func policies() throws {
        let scratch = try Scratch()
        _ = try Sample.get().copy(into: scratch)
        let wrong = try prune(scratch, "--keep", "minute:5h")
        #expect(wrong.status == 3, "\(wrong)")
        #expect(wrong.errors.contains("all:24h hour:7d"), "\(wrong)")
        let none = try prune(scratch).expecting(0)
        #expect(none.output.contains("web01: no policy, everything is kept"), "\(none)")
        _ = try prune(scratch, "--keep", "all:24h day:30d marked", "--set").expecting(0)
        let stored = try prune(scratch).expecting(0)
        #expect(stored.output.contains("web01: all:24h day:30d marked"), "\(stored)")
        #expect(try prune(scratch, "--set").status == 2)
        #expect(try prune(scratch, "--grace", "soon").status == 2)
        #expect(try prune(scratch, "nobody").status == 3)
    }
}

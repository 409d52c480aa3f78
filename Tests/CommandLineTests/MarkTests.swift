import ProgramHarness
import Testing

/// `lifeboat mark`: labels on any moment.
@Suite struct MarkTests {
    private func made() throws -> (Scratch, Fed) {
        let scratch = try Scratch()
        _ = try scratch.newRepository()
        try Disk.write(Disk.random(1 << 20, seed: 9), to: scratch("disk"))
        try scratch.capture("disk")
        return (scratch, try scratch.feed(["write 10 0 0 4096 1", "write 20 0 0 4096 2", "write 30 0 0 4096 3"]))
    }

    private func mark(_ scratch: Scratch, _ words: String...) throws -> Outcome {
        try scratch.lifeboat(["mark", "web01", "--repository", "repository"] + words)
    }

    private func marks(_ scratch: Scratch) throws -> [String] {
        let json = try scratch.lifeboat("timeline", "web01", "--repository", "repository", "--json").expecting(0).json()
        return json["marks"].list.map { "\($0["label"].text ?? "") \($0["time"].text ?? "")" }
    }

    @Test("a label is given to the latest moment, a time between two writes, and a position; each restores under it")
    func give() throws {
        let (scratch, fed) = try made()
        let report = try mark(scratch, "--label", "newest", "--json").expecting(0).json()
        #expect(report["isChanged"].bool == true && report["marks"][0]["time"].text == fed.at(30))
        _ = try mark(scratch, "--label", "between", "--at", fed.at(25)).expecting(0)
        _ = try mark(scratch, "--label", "größer als vorher", "--at", fed.positions[0]).expecting(0)
        #expect(
            try marks(scratch) == [
                "größer als vorher \(fed.at(10))", "between \(fed.at(20))", "newest \(fed.at(30))",
            ])
        let restored = try scratch.restore(from: "repository", at: fed.at(20), to: "t").expecting(0).json()
        #expect(restored["label"].text == "between")
        let expected = Disk.random(4096, seed: 2) + Disk.random(1 << 20, seed: 9).dropFirst(4096)
        #expect(try scratch.read("t") == expected)
    }

    @Test("the same label at the same moment changes nothing; elsewhere it is another mark")
    func twice() throws {
        let (scratch, fed) = try made()
        _ = try mark(scratch, "--label", "a").expecting(0)
        let heads = try scratch.sh("ls repository/hosts/*/heads | wc -l")
        let again = try mark(scratch, "--label", "a", "--json").expecting(0).json()
        #expect(again["isChanged"].bool == false)
        #expect(try scratch.sh("ls repository/hosts/*/heads | wc -l") == heads)
        _ = try mark(scratch, "--label", "a", "--at", fed.at(10)).expecting(0)
        #expect(try marks(scratch) == ["a \(fed.at(10))", "a \(fed.at(30))"])
    }

    @Test("a label is taken away wherever it is, other marks stay; one that nothing has is refused")
    func remove() throws {
        let (scratch, fed) = try made()
        for time in [fed.at(10), fed.at(30)] { _ = try mark(scratch, "--label", "a", "--at", time).expecting(0) }
        _ = try mark(scratch, "--label", "b", "--at", fed.at(20)).expecting(0)
        // So many that the older ones are moved out of the head.
        for number in 0..<70 { _ = try mark(scratch, "--label", "n\(number)", "--at", fed.at(20)).expecting(0) }
        _ = try mark(scratch, "--label", "b", "--at", fed.at(20)).expecting(0)
        #expect(try marks(scratch).count == 73)
        let removed = try mark(scratch, "--remove", "a", "--json").expecting(0).json()
        #expect(removed["marks"].list.count == 2)
        let left = try marks(scratch)
        #expect(left.count == 71 && left.contains("b \(fed.at(20))") && !left.contains { $0.hasPrefix("a ") })
        let outcome = try mark(scratch, "--remove", "a")
        #expect(outcome.status == 3 && outcome.errors.contains("Nothing was changed."), "\(outcome)")
        _ = try scratch.lifeboat("verify", "--deep", "--repository", "repository", "--quiet").expecting(0)
    }

    @Test(
        "labels that lists cannot show are refused, and nothing is published",
        arguments: ["", "  ", "two\nlines", "\u{1b}[31mred", String(repeating: "x", count: 256)])
    func badLabel(label: String) throws {
        let (scratch, _) = try made()
        let outcome = try mark(scratch, "--label", label)
        #expect(outcome.status == 3 && outcome.errors.contains("Nothing was changed."), "\(outcome)")
        #expect(try marks(scratch) == [])
    }

    @Test("at a server a capture token labels its host, also while an agent writes; an admin token takes labels away")
    func server() throws {
        let (scratch, fed) = try made()
        let server = try SecureServer(scratch)
        let token = try server.token("--capture", "--host", "web01")
        func mark(_ token: String?, _ words: String...) throws -> Outcome {
            try scratch.lifeboat(["mark", "web01"] + server.access(token) + words)
        }
        // An agent that follows the disks holds the host's lease for months.
        let agent = try server.ask("POST", "/api/v1/hosts/web01/captures", token: token)
        #expect(agent.status == 201)
        let report = try mark(token, "--label", "größer als vorher", "--at", fed.at(25), "--json").expecting(0).json()
        #expect(report["isChanged"].bool == true && report["marks"][0]["time"].text == fed.at(20))
        #expect(
            try mark(token, "--label", "größer als vorher", "--at", fed.at(25)).expecting(0).output.contains("already"))
        _ = try mark(server.token("--admin"), "--label", "newest").expecting(0)
        #expect(try marks(scratch) == ["größer als vorher \(fed.at(20))", "newest \(fed.at(30))"])

        let kept = try mark(token, "--remove", "newest")
        #expect(kept.status == 3 && kept.errors.contains("admin token"), "\(kept)")
        for other in [try server.token("--capture", "--host", "web02"), try server.token("--restore")] {
            let outcome = try mark(other, "--label", "a")
            #expect(outcome.status == 3 && outcome.errors.contains("Nothing was changed."), "\(outcome)")
        }
        #expect(try mark(nil, "--label", "a").status == 3)
        for words in [
            ["--label", "two\nlines"], ["--label", "a", "--at", "2020-01-01"], ["--label", "a", "--at", "@9.1"],
        ] {
            let outcome = try scratch.lifeboat(["mark", "web01"] + server.access(token) + words)
            #expect(outcome.status == 3, "\(outcome)")
        }
        #expect(try marks(scratch).count == 2)
        _ = try mark(server.token("--admin"), "--remove", "newest").expecting(0)
        #expect(try mark(server.token("--admin"), "--remove", "newest").status == 3)
        #expect(try marks(scratch) == ["größer als vorher \(fed.at(20))"])
        _ = try scratch.lifeboat("verify", "--deep", "--repository", "repository", "--quiet").expecting(0)
    }

    @Test("a moment that is not there cannot be marked")
    func refused() throws {
        let (scratch, _) = try made()
        #expect(try mark(scratch, "--label", "a", "--at", "2020-01-01").status == 3)
        #expect(try mark(scratch, "--label", "a", "--at", "@9.1").status == 3)
        #expect(try mark(scratch, "--label", "a", "--remove", "a").status == 2)
        #expect(try mark(scratch).status == 2)
        #expect(try marks(scratch) == [])
    }
}

import Answers
import Testing

/// Answer files say exactly what they mean, or what is wrong with them.
@Suite("Answer files")
struct AnswerFileTests {
    static let whole = """
        format = 1
        [machine]
        serial = "ABC 123"
        uuid = "4C4C4544-0042"
        mac = "52:54:00:12:34:56"
        [network]
        settings = ["eth0.42 192.0.2.5/24 via 192.0.2.1", "proxy http://192.0.2.9:3128"]
        [repository]
        address = "https://backup:8443/"
        token = "lb_x"
        fingerprint = "aa:bb"
        [restore]
        host = "web01"
        at = 2026-11-20T14:00:00Z   # a time of TOML is taken as it is written
        grow = true
        fit = true
        accept-warnings = true
        passphrases = ["one \\"two\\"", "drei \u{e4}"]
        [[restore.disk]]
        source = 0
        target = "S5XYZ123456"
        [[restore.disk]]
        source = 1
        leave-out = true
        [after]
        success = "reboot"
        failure = "power-off"
        """
    static let least = "format = 1\nrestore = { host = \"a\", disk = [ { source = 0, target = \"123456\" } ] }"

    @Test("all that can be said, and the least")
    func read() throws {
        let file = try AnswerFile(toml: Self.whole)
        #expect(file.machine == AnswerFile.Machine(serial: "ABC 123", uuid: "4C4C4544-0042", mac: "52:54:00:12:34:56"))
        #expect(file.network == ["eth0.42 192.0.2.5/24 via 192.0.2.1", "proxy http://192.0.2.9:3128"])
        #expect(file.repository.address == "https://backup:8443/" && file.repository.token == "lb_x")
        #expect(file.host == "web01" && file.time == "2026-11-20T14:00:00Z")
        #expect(file.grows && file.fits && file.acceptsWarnings && !file.isExact)
        #expect(file.passphrases == ["one \"two\"", "drei \u{e4}"])
        #expect(file.disks == [.init(source: 0, target: "S5XYZ123456"), .init(source: 1, target: nil)])
        #expect(file.afterSuccess == .reboot && file.afterFailure == .powerOff)
        let least = try AnswerFile(toml: Self.least)
        #expect(least == AnswerFile(host: "a", disks: [.init(source: 0, target: "123456")]))
        #expect(least.time == "latest" && least.afterSuccess == .menu && least.afterFailure == .menu)
    }

    @Test("what is written reads back as it was, whatever is in it")
    func written() throws {
        var file = try AnswerFile(toml: Self.whole)
        file.host = "a\"\\\n\u{1b}\u{7f}\u{1f600}"
        #expect(try AnswerFile(toml: file.text) == file)
        let least = AnswerFile(host: "a", disks: [.init(source: 0, target: nil)])
        #expect(try AnswerFile(toml: least.text) == least)
    }

    @Test(
        "what is missing, misspelt or of another kind is named with its place",
        arguments: [
            ("format = 1", "format = 2", "format must be 1"), ("format = 1", "", "format must be 1"),
            ("host = \"web01\"", "", "restore.host is missing"),
            ("host = \"web01\"", "host = 3", "restore.host must be a text"),
            ("host = \"web01\"", "host = \"\"", "restore.host must be a text"),
            ("grow = true", "grown = true", "restore.grown is not known"),
            ("grow = true", "grow = \"yes\"", "restore.grow must be true or false"),
            ("grow = true", "grow = true\nexact = true", "restore.grow does not go with exact"),
            ("source = 1", "source = 0", "restore.disk names source 0 twice"),
            ("source = 1", "source = -1", "restore.disk[1].source must be a whole number"),
            ("source = 1", "", "restore.disk[1].source is missing"),
            ("leave-out = true", "", "restore.disk[1].target or leave-out"),
            ("leave-out = true", "leave-out = true\ntarget = \"x\"", "restore.disk[1].target or leave-out"),
            ("success = \"reboot\"", "success = \"halt\"", "after.success must be reboot, kexec, power-off, menu"),
            ("failure = \"power-off\"", "failure = \"kexec\"", "after.failure must be reboot, power-off, menu"),
            ("[after]", "[then]", "then is not known"), ("[after]", "[after", "it is no TOML: line 25"),
            (
                "via 192.0.2.1\"", "via 10.0.0.1\"",
                "network.settings has \"eth0.42 192.0.2.5/24 via 10.0.0.1\": The router"
            ),
            ("passphrases = [", "passphrases = [1, ", "holds a kind of value"),
        ])
    func wrong(old: String, new: String, why: String) throws {
        let text = Self.whole.replacing(old, with: new)
        try #require(text != Self.whole)
        let error = try #require(throws: AnswerError.self) { try AnswerFile(toml: text) }
        #expect(error.description.contains(why), "\(error)")
    }

    @Test("a file without any disk erases nothing")
    func noDisk() {
        #expect(throws: AnswerError.self) { try AnswerFile(toml: "format = 1\n[restore]\nhost = \"a\"") }
        #expect(throws: AnswerError.self) { try AnswerFile(toml: "format = 1\n[restore]\nhost = \"a\"\ndisk = []") }
    }

    @Test("random damage never traps, and never makes a disk of none", arguments: [UInt64(1), 20_261_127])
    func damage(seed: UInt64) {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let sound = Array(Self.whole.utf8)
        for _ in 0..<3000 {
            var bytes = sound
            for _ in 0...next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
            if next(4) == 0 { bytes.removeLast(next(bytes.count)) }
            // What is still sound has its disks.
            let file = try? AnswerFile(toml: String(decoding: bytes, as: UTF8.self))
            #expect(file.map { !$0.disks.isEmpty } ?? true)
        }
        for text in [String(repeating: "[", count: 100_000), String(repeating: "a.", count: 100_000) + "b=1", "", "\0"]
        {
            #expect(throws: AnswerError.self) { try AnswerFile(toml: text) }
        }
    }
}

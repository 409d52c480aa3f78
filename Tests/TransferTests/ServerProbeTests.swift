import Foundation
import Repository
import Synchronization
import Testing
import Transfer

@Suite("The way to a server, step by step")
struct ServerProbeTests {
    private static let date = "Sun, 22 Nov 2026 18:00:00 GMT"
    /// 2026-11-22T18:00:00Z.
    private static let now: Int64 = 1_795_370_400_000_000_000

    @Test(
        "its clock is taken from any answer, whatever the status", arguments: ["200 OK", "401 Unauthorized", "404 No"])
    func asked(status: String) throws {
        let server = try FaultServer(
            object: [], script: [.answer(status, ["Date: \(Self.date)", "Content-Length: 0"])])
        let probe = try ServerProbe(HTTPAddress("http://127.0.0.1:\(server.port)/"))
        #expect(probe.date == Self.date && probe.status == Int(status.prefix(3)) && probe.failure == nil)
        #expect(probe.address == "127.0.0.1" && probe.secureSeconds == nil)
        let (name, connect) = (try #require(probe.nameSeconds), try #require(probe.connectSeconds))
        #expect(name <= connect)
        #expect(server.state.withLock { $0.requests.map(\.method) } == ["HEAD"])
        #expect(server.state.withLock { $0.requests.allSatisfy { $0.headers["authorization"] == nil } })
    }

    @Test("each step that fails is named, and nothing is said of the next")
    func steps() throws {
        let port = try Loopback.freePort()
        func lines(_ url: String) throws -> [String] {
            try ConnectionProbe(url, proxy: nil, now: { Self.now }).lines
        }
        let nobody = try lines("http://127.0.0.1:\(port)/")
        #expect(
            nobody.count == 2 && nobody[0].hasPrefix("Name      found") && nobody[1].hasPrefix("Connect   NO ANSWER"))
        // RFC 6761: nobody has a name below .invalid.
        let unknown = try lines("http://lifeboat.invalid/")
        #expect(unknown.count == 1 && unknown[0].hasPrefix("Name      NOT FOUND: "), "\(unknown)")
        let server = try FaultServer(
            object: [],
            script: [.raw("no TLS here\n"), .answer("200 OK", ["Date: \(Self.date)", "Content-Length: 0"])])
        let plain = try lines("https://127.0.0.1:\(server.port)/")
        #expect(plain.last?.hasPrefix("TLS       FAILED: ") == true, "\(plain)")
    }

    @Test(
        "the difference of the clocks is said, and called wrong from five minutes on",
        arguments: [
            (Int64(1), "as the server's"), (-60, "60 s behind the server's"), (60, "60 s ahead of the server's"),
            (-86_400, "WRONG by 86400 s behind the server's."),
        ])
    func clock(ahead: Int64, words: String) throws {
        let server = try FaultServer(
            object: [], script: [.answer("200 OK", ["Date: \(Self.date)", "Content-Length: 0"])])
        let probe = try ConnectionProbe(
            "http://127.0.0.1:\(server.port)/", proxy: nil, now: { Self.now + ahead * 1_000_000_000 })
        #expect(probe.isReached && probe.lines.last?.hasPrefix("Clock     \(words)") == true, "\(probe.lines)")
    }

    @Test("a server's time is asked for; one that has none says so")
    func time() throws {
        let server = try FaultServer(
            object: [],
            script: [
                .answer("403 Forbidden", ["Date: \(Self.date)", "Content-Length: 0"]),
                .answer("200 OK", ["Content-Length: 0"]),
            ])
        let url = "http://127.0.0.1:\(server.port)/"
        #expect(try ServerTime.ask(url, proxy: nil) == Self.now)
        #expect(throws: RepositoryError.self) { try ServerTime.ask(url, proxy: nil) }
    }
}

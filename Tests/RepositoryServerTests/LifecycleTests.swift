import Foundation
import ProgramHarness
import Testing

/// Starting, ending, and many readers at once.
@Suite struct LifecycleTests {
    @Test(
        "a download that runs when the server is told to end is finished, and no new one is begun",
        arguments: [SIGTERM, SIGINT])
    func gracefulShutdown(signal: Int32) throws {
        let served = try Served(megabytes: 12)
        let connection = try Socket.connect(served.server.port)
        try connection.send("GET /\(served.pack) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        var answer = connection.receive(1 << 16)
        served.server.process.signal(signal)
        // The kernel's buffers hold a part of the object; the rest is sent after the signal.
        let deadline = ContinuousClock.now + .seconds(10)
        while Socket.answers(served.server.port), ContinuousClock.now < deadline { usleep(10_000) }
        #expect(Socket.answers(served.server.port) == false)
        answer += connection.receiveAll()
        let pack = try Disk.read("\(served.repository)/\(served.pack)")
        #expect(pack.count > 11 << 20)
        #expect(answer.count > pack.count && answer.suffix(pack.count) == pack[...])
        let outcome = try served.server.process.wait(seconds: 20)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test("a reader that never reads on does not keep the server from ending for ever")
    func stuckReader() throws {
        let served = try Served(megabytes: 12)
        let connection = try Socket.connect(served.server.port)
        try connection.send("GET /\(served.pack) HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(!connection.receive(1024).isEmpty)
        let idle = try Socket.connect(served.server.port)
        let outcome = try served.server.stop(seconds: 60)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(idle.receive(10) == [] && connection.port == idle.port)
    }

    @Test("many downloads at once, whole and in parts, all get their bytes")
    func parallel() throws {
        let served = try Served(megabytes: 4)
        let sum = try served.scratch.sh("sha256sum < repository/\(served.pack)")
        try served.scratch.sh(
            """
            for i in $(seq 1 12); do curl -s -m 60 -o whole$i '\(served.server.url)/\(served.pack)' & done
            for i in $(seq 0 15); do
                curl -s -m 60 -r $((i * 262144))-$((i * 262144 + 262143)) -o part$i '\(served.server.url)/\(served.pack)' &
            done
            wait
            for i in $(seq 1 12); do test "$(sha256sum < whole$i)" = '\(sum)'; done
            for i in $(seq 0 15); do cat part$i; done > parts; head -c 4194304 'repository/\(served.pack)' | cmp - parts
            """)
        #expect(served.server.process.isRunning)
    }

    @Test("an address that is taken, and a repository that is not there, are told before anything is served")
    func cannotStart() throws {
        let served = try Served(megabytes: 1)
        let words = ["serve", "--repository", "repository", "--listen", "127.0.0.1:\(served.server.port)"]
        let taken = try Program.run(words, in: served.scratch, seconds: 30)
        #expect(taken.status == 1 && taken.errors.contains("\(served.server.port)"), "\(taken)")
        #expect(taken.output == "")
        let missing = try Program.run(["serve", "--repository", "nowhere"], in: served.scratch, seconds: 30)
        #expect(missing.status == 3 && missing.output == "", "\(missing)")
    }

    @Test("requests that are not HTTP, too long, or cut off harm nobody")
    func hostile() throws {
        let served = try Served(megabytes: 1)
        for text in [
            "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}",
            "GET /\(String(repeating: "a", count: 200_000))",
        ] {
            let connection = try Socket.connect(served.server.port)
            // The server may have closed already.
            try? connection.send(text)
        }
        let header =
            "GET /hosts.json HTTP/1.1\r\nHost: x\r\nRange: bytes=\(String(repeating: "9", count: 5000))-\r\nConnection: close\r\n\r\n"
        let connection = try Socket.connect(served.server.port)
        try connection.send(header)
        #expect(!connection.receiveAll().isEmpty)
        #expect(try served.ask("/health").status == 200)
    }
}

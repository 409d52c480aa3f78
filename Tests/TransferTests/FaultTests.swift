import Foundation
import Synchronization
import Testing
import Transfer

/// Against a server that does what servers, proxies and cables do at night.
@Suite(.timeLimit(.minutes(5))) struct FaultTests {
    private let object = sample(200_000)

    @Test("a connection that breaks off again and again is continued where it broke")
    func drops() throws {
        let server = try FaultServer(
            object: object, script: [.drop(after: 50_000), .drop(after: 0), .drop(after: 70_000), .reset])
        let notices = Notices()
        let client = HTTPClient(retry: .brisk, observer: notices.add)
        #expect(try client.bytes(server.url + "/x", 10..<190_010) == Array(object[10..<190_010]))
        #expect(notices.all.withLock { $0.count } == 4)
        let starts = server.requests.compactMap { $0.headers["range"]?.split(separator: "-").first }
        #expect(starts == ["bytes=10", "bytes=50010", "bytes=50010", "bytes=120010", "bytes=120010"])
    }

    @Test("a whole object that broke off starts anew and has no byte twice")
    func wholeDrops() throws {
        let server = try FaultServer(object: object, script: [.drop(after: 100_000)])
        let client = HTTPClient(retry: .brisk)
        #expect(try client.get(HTTPAddress(server.url + "/x"), limit: object.count) == object)
    }

    @Test(
        "a server that is not well is asked again",
        arguments: ["500 Oops", "502 Bad Gateway", "503 Busy", "504 Late", "429 Slow Down", "408 Timeout"])
    func passingFaults(status: String) throws {
        let server = try FaultServer(object: object, script: [.answer(status, []), .answer(status, [])])
        let notices = Notices()
        let client = HTTPClient(retry: .brisk, observer: notices.add)
        #expect(try client.bytes(server.url + "/x", 0..<100) == Array(object[..<100]))
        #expect(notices.reasons == Array(repeating: "the server answered \(status)", count: 2))
    }

    @Test("when patience is over the last reason is told, with the number of attempts")
    func givesUp() throws {
        let server = try FaultServer(object: object, script: [.answer("503 Busy", []), .answer("500 Oops", [])])
        let error = failure { _ = try HTTPClient(retry: .hasty).bytes(server.url + "/x", 0..<100) }
        #expect(error?.code == .unreachable)
        #expect(error?.reason == "the server answered 500 Oops (2 attempts in 0 s)")
        #expect(error?.url == server.url + "/x")
    }

    @Test("nobody listening is unreachable")
    func nobody() throws {
        let port = try Loopback.freePort()
        let error = failure { _ = try HTTPClient(retry: .hasty).bytes("http://127.0.0.1:\(port)/x", 0..<100) }
        #expect(error?.code == .unreachable)
    }

    @Test(
        "faults that no retry mends are told at once",
        arguments: [
            (.contentRange("bytes 1-100/200000"), .badResponse), (.contentRange("bytes 0-98/200000"), .badResponse),
            (.contentRange("bytes 0-99"), .badResponse), (.contentRange("bytes 0-49/50"), .wrongLength),
            (.header("Content-Encoding: gzip"), .badResponse), (.header("Transfer-Encoding: gzip"), .badResponse),
            (.ignoreRange, .notPartial), (.answer("200 OK", []), .wrongLength),
            (.answer("204 No Content", []), .badResponse), (.answer("304 Not Modified", []), .badResponse),
            (.answer("301 Moved", []), .badResponse), (.answer("400 Bad", []), .refused),
            (.answer("301 Moved", ["Location: ftp://127.0.0.1/"]), .badResponse),
            (.answer("301 Moved", ["Location: https://127.0.0.1/"]), .badResponse),
            (.answer("206 Partial Content", []), .badResponse), (.answer("416 No", []), .wrongLength),
            (.raw("SSH-2.0-OpenSSH_9.2\r\n"), .badResponse),
        ] as [(FaultServer.Step, TransferError.Code)])
    func finalFaults(step: FaultServer.Step, code: TransferError.Code) throws {
        let server = try FaultServer(object: object, script: [step])
        let error = failure { _ = try HTTPClient(retry: .endless).bytes(server.url + "/x", 0..<100) }
        #expect(error?.code == code, "\(error.map(String.init(describing:)) ?? "no error")")
        #expect(server.requests.count == 1)
    }

    @Test("a pack is not downloaded to get a part of it")
    func neverTheWholePack() throws {
        let server = try FaultServer(object: sample(32 << 20), script: [.ignoreRange])
        #expect(failure { _ = try HTTPClient().bytes(server.url + "/x", 0..<100_000) }?.code == .notPartial)
        // The connection's end tells the server; then it knows how much it got rid of.
        while server.state.withLock({ !$0.connections.isEmpty }) { usleep(1000) }
        #expect(server.state.withLock { $0.bodyBytesSent } < 16 << 20)
    }

    @Test("a server without ranges serves an object that is wanted whole")
    func wholeAsPart() throws {
        let server = try FaultServer(object: object, script: [.ignoreRange])
        #expect(try HTTPClient().bytes(server.url + "/x", 0..<200_000) == object)
    }

    @Test("a body that ends early although properly is fetched to its end")
    func shortChunks() throws {
        let server = try FaultServer(object: object, script: [.endChunks(after: 30)])
        #expect(try HTTPClient(retry: .brisk).bytes(server.url + "/x", 0..<100) == Array(object[..<100]))
        #expect(server.requests.count == 2)
    }

    @Test("a body longer than the part is refused and nothing is written beyond it")
    func longBody() throws {
        let body = String(repeating: "x", count: 200)
        let head = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-99/200000\r\n"
        let server = try FaultServer(
            object: object, script: [.raw("\(head)Transfer-Encoding: chunked\r\n\r\nC8\r\n\(body)\r\n0\r\n\r\n")])
        #expect(failure { _ = try HTTPClient().bytes(server.url + "/x", 0..<100) }?.code == .badResponse)
    }

    @Test("a whole body without a length is refused once it passes the limit")
    func endlessBody() throws {
        let server = try FaultServer(
            object: object, script: [.raw("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 5000))])
        let address = try HTTPAddress(server.url + "/x")
        #expect(failure { _ = try HTTPClient().get(address, limit: 4096) }?.code == .wrongLength)
    }

    @Test("a stall is noticed and the rest is fetched on a new connection")
    func stall() throws {
        let server = try FaultServer(object: object, script: [.stall(after: 1000), .stall(after: 0)])
        let notices = Notices()
        let client = HTTPClient(
            options: HTTPOptions(stallTimeoutInSeconds: 1), retry: .brisk, observer: notices.add)
        #expect(try client.bytes(server.url + "/x", 0..<100_000) == Array(object[..<100_000]))
        #expect(notices.reasons.count == 2)
        #expect(server.requests.last?.headers["range"] == "bytes=1000-99999")
    }

    @Test("redirects are followed, but not in circles")
    func redirects() throws {
        let moved = FaultServer.Step.answer("302 Found", ["Location: /y"])
        let server = try FaultServer(object: object, script: [moved, moved])
        #expect(try HTTPClient().bytes(server.url + "/x", 7..<100) == Array(object[7..<100]))
        #expect(server.requests.map(\.path) == ["/x", "/y", "/y"])
        let circle = try FaultServer(object: object, script: Array(repeating: moved, count: 100))
        #expect(failure { _ = try HTTPClient().bytes(circle.url + "/x", 0..<100) }?.code == .badResponse)
        #expect(circle.requests.count < 10)
    }

    @Test("the request asks for plain bytes, and for fresh ones only when told to")
    func requestHeaders() throws {
        let server = try FaultServer(object: object, script: [])
        let client = HTTPClient()
        let address = try HTTPAddress(server.url + "/x")
        _ = try client.get(address, limit: 1 << 20, revalidate: true)
        _ = try client.get(address, limit: 1 << 20)
        let headers = server.requests.map(\.headers)
        #expect(headers.map { $0["accept-encoding"] } == ["identity", "identity"])
        #expect(headers.map { $0["cache-control"] } == ["no-cache", nil])
        #expect(headers.allSatisfy { $0["user-agent"]?.hasPrefix("lifeboat/") == true && $0["range"] == nil })
    }

    @Test("what the server says cannot reach the terminal's controls")
    func terminalSafety() throws {
        let server = try FaultServer(object: object, script: [.answer("400 \u{1B}[2J\u{07}wiped", [])])
        let error = failure { _ = try HTTPClient().bytes(server.url + "/x", 0..<100) }
        #expect(error?.reason == "the server answered 400 ?[2J?wiped")
    }

    @Test("an interrupt ends a stalled transfer and a wait", arguments: [true, false])
    func interrupts(stalled: Bool) throws {
        let server = try FaultServer(
            object: object, script: stalled ? [.stall(after: 10)] : [.answer("503 Busy", ["Retry-After: 1000"])])
        let sign = StopSign()
        let client = HTTPClient(
            retry: RetryPolicy(patience: nil, longestWait: .seconds(3600)), shouldStop: { sign.isUp })
        Thread.detachNewThread {
            while server.requests.isEmpty { usleep(1000) }
            sign.raise()
        }
        let start = ContinuousClock.now
        #expect(failure { _ = try client.bytes(server.url + "/x", 0..<100) }?.code == .interrupted)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("writing into a closed pipe under the guard does not end the process, and the guard leaves no trace")
    func brokenPipe() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let number = BrokenPipeGuard.run { write(ends[1], "x", 1) == -1 ? errno : 0 }
        close(ends[1])
        #expect(number == EPIPE)
        var mask = sigset_t()
        var pending = sigset_t()
        sigemptyset(&pending)
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        sigpending(&pending)
        #expect(sigismember(&mask, SIGPIPE) == 0)
        #expect(sigismember(&pending, SIGPIPE) == 0)
    }
}

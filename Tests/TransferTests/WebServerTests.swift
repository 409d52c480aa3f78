import Foundation
import Synchronization
import Testing
import Transfer

/// Against nginx, as an outside judge of what HTTP is.
@Suite(.timeLimit(.minutes(5))) struct WebServerTests {
    private let object = sample(300_000)

    @Test("a whole object arrives byte for byte, and an empty one as nothing")
    func whole() throws {
        let server = try Nginx()
        try server.put("packs/3f/object", object)
        try server.put("empty", [])
        let client = HTTPClient()
        let base = try HTTPAddress(server.url)
        #expect(try client.get(base.appending("packs/3f/object"), limit: object.count) == object)
        #expect(try client.get(base.appending("empty"), limit: 0) == [])
    }

    @Test(
        "a range arrives exactly, at every boundary",
        arguments: [0..<1, 0..<300_000, 1..<300_000, 299_999..<300_000, 4096..<8192] as [Range<UInt64>])
    func ranges(range: Range<UInt64>) throws {
        let server = try Nginx()
        try server.put("object", object)
        let bytes = try HTTPClient().bytes(server.url + "/object", range)
        #expect(bytes == Array(object[Int(range.lowerBound)..<Int(range.upperBound)]))
    }

    @Test(
        "a range beyond the end is wrongLength", arguments: [299_999..<300_001, 300_000..<300_001] as [Range<UInt64>])
    func beyondTheEnd(range: Range<UInt64>) throws {
        let server = try Nginx()
        try server.put("object", object)
        #expect(failure { _ = try HTTPClient().bytes(server.url + "/object", range) }?.code == .wrongLength)
    }

    @Test("a proxy is asked for what lies elsewhere, and one that does not answer is told")
    func proxy() throws {
        let server = try Nginx()
        try server.put("object", object)
        var options = HTTPOptions()
        options.proxy = server.url
        let address = try HTTPAddress("http://repository.invalid/object")
        #expect(try HTTPClient(options: options).get(address, limit: object.count) == object)
        server.stop()
        let error = failure { _ = try HTTPClient(options: options, retry: .hasty).get(address, limit: object.count) }
        #expect(error?.code == .unreachable)
    }

    @Test("an object longer than the limit is wrongLength")
    func limit() throws {
        let server = try Nginx()
        try server.put("object", object)
        let address = try HTTPAddress(server.url + "/object")
        let error = failure { _ = try HTTPClient().get(address, limit: object.count - 1) }
        #expect(error?.code == .wrongLength)
    }

    @Test("what is not there is notFound and what is forbidden is denied, at once")
    func missingAndForbidden() throws {
        let server = try Nginx()
        try server.put("secret/object", object)
        let client = HTTPClient(retry: .endless)
        let base = try HTTPAddress(server.url)
        for name in ["missing", "secret/object", ""] {
            let address = name.isEmpty ? base : base.appending(name)
            let code: TransferError.Code = name == "missing" ? .notFound : .denied
            #expect(failure { _ = try client.get(address, limit: 1 << 20) }?.code == code)
            #expect(failure { _ = try client.head(address) }?.code == code)
            #expect(failure { _ = try client.bytes(address.description, 0..<10) }?.code == code)
        }
    }

    @Test("the head says length and entity tag")
    func head() throws {
        let server = try Nginx()
        try server.put("object", object)
        let facts = try HTTPClient().head(HTTPAddress(server.url + "/object"))
        #expect(facts.length == 300_000)
        #expect(facts.etag?.isEmpty == false)
    }

    @Test("names with odd characters are found")
    func oddNames() throws {
        let server = try Nginx()
        let name = "hosts/web 01+ä%41?/head#1"
        try server.put(name, object)
        let address = try HTTPAddress(server.url).appending(name)
        #expect(try HTTPClient().get(address, limit: object.count) == object)
    }

    @Test("a hundred requests of every kind, errors included, use one connection")
    func keepAlive() throws {
        let server = try Nginx()
        try server.put("object", object)
        let client = HTTPClient()
        let base = try HTTPAddress(server.url)
        for number in 0..<25 {
            _ = try client.head(base.appending("object"))
            _ = try client.bytes(server.url + "/object", UInt64(number)..<200_000)
            #expect(failure { _ = try client.get(base.appending("missing"), limit: 10) }?.code == .notFound)
            _ = try client.get(base.appending("object"), limit: object.count)
        }
        server.stop()
        #expect(server.connectionsByRequest.count == 100)
        #expect(Set(server.connectionsByRequest).count == 1)
    }

    @Test("eight threads read their own ranges at the same time")
    func threads() throws {
        let server = try Nginx()
        try server.put("object", object)
        let client = HTTPClient()
        let url = server.url + "/object"
        let object = object
        let wrong = Mutex<[Int]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for step in 0..<40 {
                let start = (thread * 7919 + step * 4099) % 200_000
                let bytes = try? client.bytes(url, UInt64(start)..<UInt64(start + 90_000))
                if bytes != Array(object[start..<start + 90_000]) { wrong.withLock { $0.append(start) } }
            }
        }
        #expect(wrong.withLock { $0 } == [])
    }

    @Test("a server that is started again is waited for, and the observer hears of it")
    func serverComesBack() throws {
        let server = try Nginx()
        try server.put("object", object)
        let notices = Notices()
        let restarted = Mutex(false)
        server.stop()
        let client = HTTPClient(
            retry: .brisk,
            observer: { notice in
                notices.add(notice)
                restarted.withLock { restarted in
                    guard !restarted, notice.attempt == 3 else { return }
                    restarted = (try? server.start()) != nil
                }
            })
        #expect(try client.bytes(server.url + "/object", 5..<100_000) == Array(object[5..<100_000]))
        #expect(notices.all.withLock { $0.map(\.attempt) } == [1, 2, 3])
        #expect(notices.reasons.allSatisfy { $0.contains("connect") })
    }

    @Test("a certificate that nobody vouches for is refused, and accepted when its authority is named")
    func certificates() throws {
        let server = try Nginx(tls: true)
        try server.put("object", object)
        let address = try HTTPAddress(server.url + "/object")
        #expect(failure { _ = try HTTPClient().get(address, limit: object.count) }?.code == .tls)
        let trusting = HTTPClient(options: HTTPOptions(tls: TLSOptions(caFile: server.certificate)))
        #expect(try trusting.get(address, limit: object.count) == object)
    }
}

import Buffers
import Foundation
import Repository
import Synchronization
import Testing
import Transfer

/// The repository's view of a web server: `HTTPStore` over nginx and over the faulty server.
@Suite(.timeLimit(.minutes(5))) struct StoreTests {
    private let object = sample(100_000)
    private let name = "packs/3f/3f9a61c0"

    @Test("objects are read whole and in part, and their length is told")
    func reads() throws {
        let server = try Nginx()
        try server.put("repository/" + name, object)
        let store = try HTTPStore(url: server.url + "/repository/")
        #expect(store.location == server.url + "/repository")
        #expect(try store.read(name, limit: object.count) == object)
        #expect(try store.length(of: name) == 100_000)
        #expect(try store.length(of: name + ".index") == nil)
        let slice = AlignedBuffer(capacity: 5000).all
        try store.read(name, at: 95_000, into: slice)
        #expect(slice.withBytes { Array($0) } == Array(object[95_000...]))
        try store.read(name, at: 7, into: slice[0..<0])
    }

    @Test("errors say which object, from where, why, and what to do")
    func errors() throws {
        let server = try Nginx()
        try server.put("hosts.json", object)
        let store = try HTTPStore(url: server.url)
        let slice = AlignedBuffer(capacity: 10).all
        let missing = storeFailure { _ = try store.read(name, limit: 10) }
        #expect(missing?.code == .notFound)
        #expect(
            missing?.message
                == "Cannot read \(name) from \(server.url): the server answered 404 Not Found. "
                + "Check that the address is the repository's own folder and that a mirror is complete.")
        #expect(storeFailure { try store.read(name, at: 0, into: slice) }?.code == .notFound)
        #expect(storeFailure { _ = try store.read("hosts.json", limit: 10) }?.code == .wrongLength)
        #expect(storeFailure { try store.read("hosts.json", at: 99_995, into: slice) }?.code == .wrongLength)
        #expect(storeFailure { try store.read("hosts.json", at: .max, into: slice) }?.code == .wrongLength)
    }

    @Test(
        "what the server does wrong tells the caller what it means",
        arguments: [
            (.ignoreRange, .unsupported), (.header("Content-Encoding: gzip"), .inputOutput),
            (.answer("403 Forbidden", []), .denied),
        ] as [(FaultServer.Step, StoreError.Code)])
    func meanings(step: FaultServer.Step, code: StoreError.Code) throws {
        let server = try FaultServer(object: object, script: [step])
        let store = try HTTPStore(url: server.url)
        #expect(storeFailure { try store.read(name, at: 0, into: AlignedBuffer(capacity: 10).all) }?.code == code)
    }

    @Test("only the objects that are replaced are asked for past the caches")
    func caches() throws {
        let server = try FaultServer(object: object, script: [])
        let store = try HTTPStore(url: server.url)
        let names = ["hosts.json", "hosts/0a/head", "lifeboat.json", "hosts/0a/heads/00000000000000000001", name]
        for name in names { _ = try store.read(name, limit: object.count) }
        let asked = server.requests.filter { $0.headers["cache-control"] == "no-cache" }
        #expect(asked.map(\.path) == ["/hosts.json", "/hosts/0a/head"])
    }

    @Test("a server that is gone is unreachable after the patience, and the observer heard of each retry")
    func patience() throws {
        let port = try Loopback.freePort()
        let heard = Mutex<[String]>([])
        let store = try HTTPStore(
            url: "http://127.0.0.1:\(port)", patience: .milliseconds(600),
            observer: { retry in heard.withLock { $0.append(retry.reason) } })
        #expect(storeFailure { _ = try store.read("hosts.json", limit: 10) }?.code == .unreachable)
        let first = heard.withLock { $0.count }
        #expect(first >= 2)
        store.setPatience(.zero)
        #expect(storeFailure { _ = try store.length(of: "hosts.json") }?.code == .unreachable)
        #expect(heard.withLock { $0.count } == first + 1)
    }

    @Test("an interrupt is told as such")
    func interrupt() throws {
        let store = try HTTPStore(url: "http://127.0.0.1:9", patience: nil, shouldStop: { true })
        #expect(storeFailure { _ = try store.read("hosts.json", limit: 10) }?.code == .interrupted)
    }

    @Test("an address that cannot be a repository's is refused before anything is asked", arguments: ["", "ftp://x/"])
    func badAddress(url: String) {
        #expect(storeFailure { _ = try HTTPStore(url: url) }?.code == .unsupported)
    }

    private func storeFailure(_ body: () throws -> Void) -> StoreError? {
        do {
            try body()
            return nil
        } catch {
            return error as? StoreError
        }
    }
}

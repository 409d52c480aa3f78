import Digests
import Foundation
import ProgramHarness
import RepositoryFormat
import Testing
import Zstd

/// A client with a valid capture token that means harm: everything is refused, logged, and leaves nothing visible.
@Suite struct HostileClientTests {
    private func prepare() throws -> HostileClient {
        let client = try HostileClient(SecureServer(Scratch()))
        try client.begin()
        return client
    }

    @Test("a sound pack is taken, and once more without harm")
    func control() throws {
        let client = try prepare()
        let pack = try MadePack(Disk.random(64 << 10, seed: 1))
        #expect(try client.send(pack).status == 201)
        #expect(try client.send(pack).status == 204)
        #expect(try client.put(pack.indexName, pack.index).status == 204)
        #expect(try client.tree().contains(pack.id.hex))
        #expect(!client.server.log.contains("refused"))
    }

    @Test("forged digests, altered frames and wrong identities are refused")
    func forged() throws {
        let client = try prepare()
        let before = try client.tree()
        let good = try MadePack(Disk.random(64 << 10, seed: 1))
        var flipped = good
        flipped.pack[100] ^= 1
        #expect(try client.send(flipped).status == 400)
        var short = good
        short.pack.removeLast()
        #expect(try client.send(short).status == 400)
        let lie = try MadePack(Disk.random(64 << 10, seed: 1), claimed: Disk.random(64 << 10, seed: 2))
        #expect(try client.send(lie).status == 400)
        var renamed = good
        renamed.id = SHA256.digest(of: [1])
        #expect(try client.send(renamed).status == 400)
        #expect(try client.put(good.indexName, good.index).status == 409)
        let page = "hosts/\(client.host.text)/maps/pages/00/\(String(repeating: "0", count: 64))"
        #expect(try client.put(page, [1, 2, 3]).status == 400)
        let machine = MachineObject.encode(json: Array("{}".utf8))
        #expect(
            try client.put(ObjectName.machine(host: client.host, digest: SHA256.digest(of: [1])), machine).status == 400
        )
        #expect(try client.tree() == before)
        #expect(client.server.log.split(separator: "\n").filter { $0.contains("refused") }.count == 7)
    }

    @Test("a frame that opens to gigabytes is refused, in little memory")
    func bomb() throws {
        let client = try prepare()
        // A zstd frame of a gigabyte of zeros, made by the tool and therefore without a size in front.
        try client.server.scratch.sh("head -c 1G /dev/zero | zstd -q --no-check -o bomb.zst")
        let bomb = try client.server.scratch.read("bomb.zst")
        #expect(bomb.count < Limits.frameStored)
        let pack = try MadePack([], claimed: [UInt8](repeating: 0, count: 1 << 20), storedAs: bomb)
        #expect(try client.send(pack).status == 400)
        let peak = try client.server.scratch.sh("awk '/^VmHWM/ { print $2 }' /proc/\(client.server.process.pid)/status")
        #expect((Int(peak) ?? .max) < 512 << 10, "\(peak) KiB")
    }

    @Test("lengths that cannot be, and none at all, are refused before a byte is taken")
    func lengths() throws {
        let client = try prepare()
        let pack = try MadePack(Disk.random(4096, seed: 1))
        for length in ["9223372036854775808", "9223372036854775807", "18446744073709551616", "-1", "x"] {
            let answer = try client.put(pack.name, pack.pack, headers: ["Content-Length: \(length)"])
            // What is no number at all, the HTTP parser refuses on its own.
            #expect([400, 413, 0].contains(answer.status), "\(length): \(answer.status)")
        }
        let chunked = try client.put(pack.name, pack.pack, headers: ["Transfer-Encoding: chunked"])
        #expect(chunked.status == 411)
        #expect(
            try client.put(
                ObjectName.mapPage(host: client.host, digest: pack.id), [UInt8](repeating: 0, count: (1 << 20) + 1)
            ).status == 413)
        #expect(try client.server.ask("GET", "/health").status == 200)
    }

    @Test(
        "names that are not exactly an object's are refused",
        arguments: [
            "lifeboat.json", "hosts.json", "locks/host-x", "server/tokens.json", "packs/../lifeboat.json",
            "packs/%2e%2e/%2e%2e/etc/passwd", "packs/00/.tmp-1", "packs//x", "../x", "hosts/..%2f..%2fx", "packs/00/00",
            "condemned/x", "leases/x", "packs/AA/\(String(repeating: "A", count: 64))",
            "packs/00/\(String(repeating: "1", count: 64))",
        ])
    func names(name: String) throws {
        let client = try prepare()
        let before = try client.tree()
        let status = try client.put(name, [1]).status
        #expect([400, 403, 404].contains(status), "\(name): \(status)")
        #expect(try client.tree() == before)
    }

    @Test("another host's folder, timeline and pointer are out of reach, and so are deletion and reading data")
    func others() throws {
        let client = try prepare()
        let other = try HostileClient(client.server, host: "web02")
        try other.begin("web02")
        let machine = MachineObject.encode(json: Array("{}".utf8))
        let digest = SHA256.digest(of: machine)
        #expect(try client.put(ObjectName.machine(host: other.host, digest: digest), machine).status == 403)
        #expect(try client.put(ObjectName.machine(host: client.host, digest: digest), machine).status == 201)
        #expect(try client.put(ObjectName.pointer(host: client.host), machine).status == 403)
        let pack = try MadePack(Disk.random(4096, seed: 1))
        #expect(try other.send(pack).status == 201)
        for name in [pack.name, pack.indexName, ObjectName.machine(host: other.host, digest: digest)] {
            #expect(try client.server.ask("GET", "/" + name, token: client.token).status == 403)
            #expect(try client.server.ask("HEAD", "/" + name, token: client.token).status == 403)
            #expect([404, 405].contains(try client.server.ask("DELETE", "/" + name, token: client.token).status))
        }
        for path in ["/api/v1/hosts/web02/captures", "/api/v1/hosts/web02/chunks"] {
            #expect(try client.server.ask("POST", path, token: client.token).status == 403)
        }
        #expect(try client.server.ask("GET", "/api/v1/hosts/web02", token: client.token).status == 403)
        #expect(try client.server.ask("GET", "/hosts.json").status == 401)
        // Its own capture id does not open another's, and another's not its own.
        let stolen = try client.server.ask(
            "PUT", "/" + pack.name, token: client.token, headers: ["Lifeboat-Capture: \(other.capture)"])
        #expect(stolen.status == 409 || stolen.status == 411)
    }

    @Test("a map that names places which were not granted is refused; granted ones are taken")
    func ungranted() throws {
        let client = try prepare()
        let other = try HostileClient(client.server, host: "web02")
        try other.begin("web02")
        let pack = try MadePack(Disk.random(64 << 10, seed: 1))
        #expect(try other.send(pack).status == 201)
        // A whole leaf of level 0 (1 MiB) whose first extent is the other host's chunk.
        let body = MapPage.encodeBody(of: [
            Extent(start: 0, length: 128, kind: .data, place: Place(pack: 0, chunk: 0)),
            Extent(start: 128, length: 1920, kind: .zero),
        ])
        let page = try MapPage.encodeLeaf(
            level: 0, extents: 2, packs: [PackReference(pack: pack.id, frames: [0..<1])], plainLength: body.count,
            compressedBody: Compressor(level: 3).compress(body))
        let name = ObjectName.mapPage(host: client.host, digest: SHA256.digest(of: page))
        #expect(try client.put(name, page).status == 403)
        #expect(client.server.log.contains("was not granted"))
        // Asking for an identity that one knows grants its place.
        try Disk.write(SHA256.digest(of: Disk.random(64 << 10, seed: 1)).bytes, to: client.server.scratch("question"))
        let answer = try client.server.ask(
            "POST", "/api/v1/hosts/web01/chunks", token: client.token,
            headers: ["Lifeboat-Capture: \(client.capture)"], upload: "question")
        #expect(answer.status == 200 && answer.body.count == 8 + 32 + 12)
        #expect(try client.put(name, page).status == 201)
    }

    @Test("a head that skips, forks, names what is not there, or belongs to another host is refused")
    func heads() throws {
        let client = try prepare()
        func head(_ number: UInt64, name: String = "web01", epoch: UInt64 = 1, moments: [Moment] = []) -> [UInt8] {
            Head(
                host: client.host, number: number, previous: number == 1 ? nil : SHA256.digest(of: [1]), epoch: epoch,
                time: 1, hostName: name, writer: "x", moments: moments
            ).encoded()
        }
        let reference = ObjectReference(digest: SHA256.digest(of: [7]), length: 500)
        let moment = Moment(
            position: Position(epoch: 1, sequence: 1), time: 5, scanStarted: 1, kind: .endOfScan, quality: .cold,
            map: reference, machine: reference, diskBytes: 1, dataBytes: 1, newPlainBytes: 1, newStoredBytes: 1,
            label: "")
        let first = ObjectName.head(host: client.host, number: 1)
        #expect(try client.put(first, head(1, name: "web02")).status == 403)
        #expect(try client.put(first, head(1, epoch: 1 << 60)).status == 400)
        #expect(try client.put(first, head(1, moments: [moment])).status == 400)
        #expect(try client.put(ObjectName.head(host: client.host, number: 2), head(2)).status == 412)
        #expect(try client.put(first, head(2)).status == 400)
        #expect(try client.tree().contains("heads") == false)
    }
}

import Digests
import FoundationEssentials
import RepositoryFormat
import Testing

@Suite("The JSON objects")
struct PointerTests {
    @Test("are written with sorted keys and read back")
    func golden() throws {
        let zeros = String(repeating: "5a", count: 32)
        let host = "00112233-4455-6677-8899-aabbccddeeff"
        let pointer = """
            {
              "digest" : "\(zeros)",
              "format" : 1,
              "head" : "hosts/\(host)/heads/00000000000000000012",
              "number" : 12
            }

            """
        #expect(String(decoding: encodeJSON(Decoder.pointer), as: UTF8.self) == pointer)
        let (number, digest) = try HeadPointer.decode(Array(pointer.utf8), host: Samples.host)
        #expect(number == 12 && digest == Samples.digest(0x5a))
        let hosts = """
            {"format":1,"hosts":[{"id":"\(host)","name":"web01","head":"hosts/\(host)/head","more":[1]}],"later":{}}
            """
        #expect(try HostList.decode(Array(hosts.utf8)) == Decoder.hosts)
    }

    @Test("of another format are refused as such")
    func newer() {
        let objects: [([UInt8], ([UInt8]) throws -> Void)] = [
            (encodeJSON(Decoder.pointer), { _ = try HeadPointer.decode($0, host: Samples.host) }),
            (encodeJSON(Decoder.hosts), { _ = try HostList.decode($0) }),
            (encodeJSON(Decoder.description), { _ = try RepositoryDescription.decode($0) }),
        ]
        for (bytes, decode) in objects {
            let text = String(decoding: bytes, as: UTF8.self)
            let newer = text.replacing("\"format\" : 1", with: "\"format\" : 2")
            #expect(newer != text)
            let error = #expect(throws: FormatError.self) { try decode(Array(newer.utf8)) }
            #expect(error?.code == .unsupported)
        }
    }

    @Test("that point anywhere but into their host's folder are refused")
    func foreign() {
        var pointer = Decoder.pointer
        pointer.head = "hosts/../../etc/passwd"
        #expect(throws: FormatError.self) { try HeadPointer.decode(encodeJSON(pointer), host: Samples.host) }
        #expect(throws: FormatError.self) { try HeadPointer.decode(encodeJSON(Decoder.pointer), host: Samples.disk) }
        var list = Decoder.hosts
        list.hosts[0].head = "hosts/\(Samples.disk.text)/head"
        #expect(throws: FormatError.self) { try HostList.decode(encodeJSON(list)) }
    }

    @Test("of a pointer with a number or digest that cannot be are refused", arguments: [0, UInt64.max])
    func numbers(number: UInt64) {
        let pointer = HeadPointer(host: Samples.host, number: number, digest: Samples.digest(1))
        #expect(throws: FormatError.self) { try HeadPointer.decode(encodeJSON(pointer), host: Samples.host) }
        var digest = Decoder.pointer
        digest.digest = String(repeating: "G", count: 64)
        #expect(throws: FormatError.self) { try HeadPointer.decode(encodeJSON(digest), host: Samples.host) }
    }

    @Test("that list a host's name twice are refused")
    func twice() {
        var list = Decoder.hosts
        list.hosts.append(HostList.Host(id: Samples.disk, name: "web01"))
        #expect(throws: FormatError.self) { try HostList.decode(encodeJSON(list)) }
    }

    @Test("with an unknown algorithm or feature are refused as newer")
    func features() {
        var newer = Decoder.description
        newer.mustUnderstand = ["encrypted"]
        let first = #expect(throws: FormatError.self) { try RepositoryDescription.decode(encodeJSON(newer)) }
        #expect(first?.code == .unsupported)
        newer = Decoder.description
        newer.algorithms.compression = "lz4"
        let second = #expect(throws: FormatError.self) { try RepositoryDescription.decode(encodeJSON(newer)) }
        #expect(second?.code == .unsupported)
    }

    @Test(
        "with chunker parameters that contradict each other are refused",
        arguments: [
            (4_096, 4_096, 4_096, 4_096, true), (4_096, 16_384, 65_536, 1 << 20, true),
            (512, 16_384, 65_536, 262_144, false), (4_096, 0, 65_536, 262_144, false),
            (4_096, 65_536, 16_384, 262_144, false), (4_096, 16_384, 65_536, 32_768, false),
            (4_096, 16_384, 65_536, 2 << 20, false), (4_096, 16_385, 65_536, 262_144, false),
            (4_096, 16_384, 65_537, 262_144, false), (4_096, 16_384, 65_536, 262_145, false),
        ])
    func chunker(grid: Int, minimum: Int, average: Int, maximum: Int, isGood: Bool) {
        let parameters = ChunkerParameters(grid: grid, minimum: minimum, average: average, maximum: maximum)
        var description = Decoder.description
        description.chunker = parameters
        #expect(((try? RepositoryDescription.decode(encodeJSON(description))) != nil) == isGood)
        if isGood { #expect(parameters.divisor >= 1) }
    }
}

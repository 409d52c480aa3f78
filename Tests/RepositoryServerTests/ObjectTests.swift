import ProgramHarness
import Testing

/// Objects over HTTP, asked for with curl: docs/http-api.md, line by line.
@Suite struct ObjectTests {
    @Test("objects are served whole, with length, type, tag and how long they may be kept")
    func whole() throws {
        let served = try Served()
        for name in [served.pack, served.index, served.head, served.pointer, "hosts.json", "lifeboat.json"] {
            let answer = try served.ask("/\(name)")
            #expect(answer.status == 200, "\(name)")
            #expect(try answer.body == Disk.read("\(served.repository)/\(name)"), "\(name)")
            #expect(answer["content-length"] == "\(answer.body.count)")
            #expect(answer["accept-ranges"] == "bytes")
            #expect(answer["etag"]?.hasPrefix("\"") == true && answer["etag"]?.count ?? 0 > 20)
            #expect(answer["server"]?.hasPrefix("lifeboat/") == true)
            let isMutable = name == served.pointer || name.hasSuffix(".json")
            #expect(
                answer["cache-control"] == (isMutable ? "no-cache" : "public, max-age=31536000, immutable"), "\(name)")
            #expect(answer["content-type"] == (isMutable ? "application/json" : "application/octet-stream"))
        }
    }

    @Test("HEAD answers as GET does, without the object")
    func head() throws {
        let served = try Served()
        for name in [served.pack, served.pointer, "hosts.json", "health", "api/v1/hosts"] {
            let whole = try served.ask("/\(name)")
            let head = try served.ask("/\(name)", "--head")
            #expect(head.status == 200, "\(name)")
            let connection = try Socket.connect(served.server.port)
            try connection.send("HEAD /\(name) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answer = String(decoding: connection.receiveAll(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("\r\n\r\n"), "\(name): \(answer)")
            for header in ["content-length", "etag", "cache-control", "content-type", "accept-ranges"] {
                #expect(head[header] == whole[header], "\(name) \(header)")
            }
        }
        #expect(try served.ask("/packs/00/missing", "--head").status == 404)
    }

    @Test("ranges give exactly their bytes, of immutable and of mutable objects")
    func ranges() throws {
        let served = try Served()
        for name in [served.pack, "hosts.json"] {
            let bytes = try Disk.read("\(served.repository)/\(name)")
            let count = bytes.count
            let table: [(String, Range<Int>)] = [
                ("0-0", 0..<1), ("0-", 0..<count), ("5-20", 5..<21), ("\(count - 1)-", count - 1..<count),
                ("-7", count - 7..<count), ("-\(count * 2)", 0..<count), ("10-\(count * 2)", 10..<count),
            ]
            for (text, range) in table {
                let answer = try served.ask("/\(name)", "-H 'Range: bytes=\(text)'")
                #expect(answer.status == 206, "\(name) \(text)")
                #expect(answer.body == Array(bytes[range]), "\(name) \(text)")
                #expect(answer["content-range"] == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(count)")
                #expect(answer["content-length"] == "\(range.count)")
            }
            for text in ["\(count)-", "-0", "\(count + 5)-\(count + 9)"] {
                let answer = try served.ask("/\(name)", "-H 'Range: bytes=\(text)'")
                #expect(answer.status == 416, "\(name) \(text)")
                #expect(answer["content-range"] == "bytes */\(count)")
            }
            for text in ["bytes=9-5", "bytes=0-1,4-5", "rows=0-1", "nonsense"] {
                let answer = try served.ask("/\(name)", "-H 'Range: \(text)'")
                #expect(answer.status == 200 && answer.body == bytes, "\(name) \(text)")
            }
        }
    }

    @Test("a known tag is answered with 304, and a range counts only for the version it was asked of")
    func conditions() throws {
        let served = try Served()
        for name in [served.pack, served.pointer] {
            let tag = try #require(try served.ask("/\(name)")["etag"])
            for value in [tag, "\"other\", \(tag)", "*", "W/\(tag)"] {
                let answer = try served.ask("/\(name)", "-H 'If-None-Match: \(value)'")
                #expect(answer.status == 304 && answer.body == [], "\(name) \(value)")
                #expect(answer["etag"] == tag)
            }
            #expect(try served.ask("/\(name)", "-H 'If-None-Match: \"other\"'").status == 200)
            let right = try served.ask("/\(name)", "-H 'Range: bytes=0-9' -H 'If-Range: \(tag)'")
            #expect(right.status == 206 && right.body.count == 10)
            let wrong = try served.ask("/\(name)", "-H 'Range: bytes=0-9' -H 'If-Range: \"other\"'")
            #expect(wrong.status == 200 && wrong.body.count > 10)
        }
        let before = try served.ask("/\(served.pointer)")["etag"]
        let words = ["capture", "--quiet", "--repository", "repository", "--host", "web 01 ü", "disk"]
        _ = try served.scratch.lifeboat(words).expecting(0)
        #expect(try served.ask("/\(served.pointer)")["etag"] != before)
    }

    @Test(
        "what readers do not need is not there: locks, temporary files, folders, and everything outside",
        arguments: [
            "/", "/packs", "/packs/", "/hosts/", "/locks/host-x", "/leases/x", "/condemned/x", "/packs/00/.tmp-1",
            "/.hidden", "/packs/../lifeboat.json", "/packs/%2e%2e/lifeboat.json", "/../disk", "/%2e%2e/disk",
            "/..%2fdisk", "//etc/passwd", "/packs//x", "/hosts/..%2f..%2fdisk", "/packs/00/%00", "/nothing",
            "/lifeboat.json/",
            "/packs/A", "/packs/00\\x",
        ])
    func notServed(path: String) throws {
        let served = try Served(megabytes: 1)
        try served.scratch.sh(
            """
            mkdir -p repository/locks repository/leases repository/packs/00; echo x > repository/locks/host-x
            echo x > repository/leases/x; echo x > repository/packs/00/.tmp-1; echo x > repository/.hidden
            """)
        let answer = try served.ask(path)
        #expect(answer.status == 404 || answer.status == 400, "\(path): \(answer.status)")
        #expect(answer.body.count < 200)
    }

    @Test("only reading is offered", arguments: ["POST", "PUT", "DELETE", "PATCH"])
    func methods(method: String) throws {
        let served = try Served(megabytes: 1)
        let before = try served.scratch.read("repository/hosts.json")
        for name in ["hosts.json", served.pack, "packs/00/new", "api/v1/hosts", "health"] {
            let answer = try served.ask("/\(name)", "-X \(method) -d x")
            #expect(answer.status == 404 || answer.status == 405, "\(method) \(name): \(answer.status)")
        }
        #expect(try served.scratch.read("repository/hosts.json") == before)
        #expect(try served.scratch.sh("ls repository/packs/00/new 2>/dev/null || true") == "")
    }
}

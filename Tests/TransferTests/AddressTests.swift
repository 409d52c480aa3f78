import Testing
import Transfer

@Suite struct AddressTests {
    @Test("an object's name is encoded below the address and its slashes are kept")
    func appending() throws {
        let base = try HTTPAddress("http://127.0.0.1:8080/a/repository//")
        #expect(base.description == "http://127.0.0.1:8080/a/repository")
        #expect(base.appending("packs/3f/3f9a.index").description.hasSuffix("/a/repository/packs/3f/3f9a.index"))
        #expect(base.appending("a b/ü?#%").description.hasSuffix("/a/repository/a%20b/%C3%BC%3F%23%25"))
    }

    @Test("user and password are never printed")
    func redaction() throws {
        let address = try HTTPAddress("https://admin:s3cret@backup.example/x")
        #expect(address.description == "https://backup.example/x")
        #expect(address.appending("head").description == "https://backup.example/x/head")
        let error = failure { _ = try HTTPAddress("ftp://admin:s3cret@backup.example/x") }
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test(
        "what is no address of a repository is refused",
        arguments: [
            "", "backup.example", "backup.example:8080/x", "ftp://backup.example/", "file:///etc/passwd", "http://",
            "http://backup.example:99999/", "http://backup.example/?a=b", "http://backup.example/#x", "/srv/backup",
        ])
    func refusals(text: String) {
        #expect(failure { _ = try HTTPAddress(text) }?.code == .badAddress)
    }

    @Test("IPv6 addresses are taken")
    func version6() throws {
        #expect(try HTTPAddress("http://[fe80::1]:80/x").appending("y").description == "http://[fe80::1]:80/x/y")
    }

    @Test(
        "a Content-Range is taken apart strictly",
        arguments: [
            ("bytes 0-0/1", 0..<1, 1), ("bytes 5-9/10", 5..<10, 10), ("Bytes 5-9/*", 5..<10, nil),
        ] as [(String, Range<UInt64>, UInt64?)])
    func contentRange(text: String, range: Range<UInt64>, total: UInt64?) {
        #expect(ContentRange(text)?.range == range)
        #expect(ContentRange(text)?.total == total)
    }

    @Test(
        "a Content-Range of another form is refused",
        arguments: [
            "", "bytes", "bytes 0-9", "bytes 9-0/10", "bytes 0-10/10", "bytes */10", "lines 0-9/10", "bytes -9/10",
            "bytes 0-/10", "bytes 0-18446744073709551615/*", "bytes 0-99999999999999999999/*", "bytes 0-9/10 x",
        ])
    func badContentRange(text: String) {
        #expect(ContentRange(text) == nil)
    }
}

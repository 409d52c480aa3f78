import RepositoryServer
import Testing

@Suite struct ListenTests {
    @Test(
        "an address to listen on has a host and a port",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("0.0.0.0:0", "0.0.0.0", 0), ("[::]:80", "::", 80),
            ("[::1]:65535", "::1", 65535), ("backup.example:443", "backup.example", 443),
        ])
    func good(text: String, host: String, port: Int) {
        let address = ServerOptions.parse(listen: text)
        #expect(address?.host == host && address?.port == port)
    }

    @Test(
        "anything else is none",
        arguments: ["", ":", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "a:65536", "a:-1", "::1:80", "[]:80", "a:b"])
    func bad(text: String) {
        #expect(ServerOptions.parse(listen: text) == nil)
    }
}

internal import Certificates
internal import HummingbirdCore
internal import HummingbirdTLS
internal import LinuxSystem

/// The certificate a server shows, with its key.
package struct ServerCertificate: Sendable {
    private let chain: [UInt8]
    private let key: [UInt8]
    /// SHA-256 of the public key, 64 hexadecimal digits: what clients pin.
    package let fingerprint: String

    /// Reads two PEM files: the certificate with those that vouch for it, and the key.
    package init(certificate: String, key: String) throws {
        do {
            chain = try Files.contents(of: certificate)
            self.key = try Files.contents(of: key)
        } catch { throw ServerError("\(error.path) cannot be read: \(error.reason). Nothing is served.") }
        do {
            fingerprint = try KeyFingerprint.of(certificate: chain)
        } catch { throw ServerError("\(certificate) cannot be used: \(error). Nothing is served.") }
    }

    /// The one that `make` left in a server's state, or nil.
    package init?(in state: ServerState) throws {
        guard Files.exists(state.certificate) else { return nil }
        try self.init(certificate: state.certificate, key: state.key)
    }

    /// Makes a key and a certificate that it signs itself, unless they are there: a key that clients have pinned is kept.
    package static func make(in state: ServerState, names: [String]) throws -> ServerCertificate {
        try state.exclusively {
            if let found = try ServerCertificate(in: state) { return found }
            let made = try SelfSignedCertificate(names: names)
            try state.replace(state.key, made.key)
            try state.replace(state.certificate, made.certificate)
            return try ServerCertificate(certificate: state.certificate, key: state.key)
        }
    }

    func server(_ http: HTTPServerBuilder) throws -> HTTPServerBuilder {
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(chain).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            return try .tls(http, tlsConfiguration: configuration)
        } catch { throw ServerError("Key and certificate cannot be used: \(error). Nothing is served.") }
    }
}

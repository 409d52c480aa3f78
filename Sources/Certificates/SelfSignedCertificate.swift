internal import CCrypto

/// A new key on the curve P-256 and a certificate that it signs itself: enough for clients that pin the key.
package struct SelfSignedCertificate: Sendable {
    /// PEM.
    package let certificate: [UInt8]
    /// PEM, PKCS #8, not encrypted.
    package let key: [UInt8]

    /// Made new (libcrypto `EVP_PKEY_generate`, `X509_sign`), valid from now for `days`. `names` are host names and
    /// addresses (IPv4 or IPv6); the first is the common name.
    package init(names: [String], days: Int = 3_650) throws(CertificateError) {
        guard let first = names.first, names.allSatisfy(Self.isUsable) else {
            throw CertificateError("a certificate needs names of letters, digits, dots, hyphens and colons")
        }
        let pair = try KeyPair()
        guard let certificate = X509_new() else { throw CertificateError("no memory for X509_new") }
        defer { X509_free(certificate) }
        try Self.fill(certificate, commonName: first, days: days)
        let addresses = names.map { Self.isAddress($0) ? "IP:\($0)" : "DNS:\($0)" }
        // Not a certificate authority: whoever trusts it trusts one server and nothing that it signs.
        for (kind, value) in [
            (NID_subject_alt_name, addresses.joined(separator: ",")), (NID_basic_constraints, "critical,CA:FALSE"),
            (NID_ext_key_usage, "serverAuth"),
        ] {
            guard let more = X509V3_EXT_conf_nid(nil, nil, kind, value) else {
                throw CertificateError("libcrypto does not take \"\(value)\" as names of a certificate")
            }
            defer { X509_EXTENSION_free(more) }
            guard X509_add_ext(certificate, more, -1) == 1 else { throw CertificateError("X509_add_ext failed") }
        }
        guard X509_set_pubkey(certificate, pair.key) == 1, X509_sign(certificate, pair.key, EVP_sha256()) > 0 else {
            throw CertificateError("the certificate could not be signed (X509_sign)")
        }
        self.certificate = try Self.text { PEM_write_bio_X509($0, certificate) }
        key = try Self.text { PEM_write_bio_PKCS8PrivateKey($0, pair.key, nil, nil, 0, nil, nil) }
    }

    private static func fill(_ certificate: OpaquePointer, commonName: String, days: Int) throws(CertificateError) {
        var serial = UInt64.random(in: 1..<1 << 62).bigEndian
        let number = withUnsafeBytes(of: &serial) { BN_bin2bn($0.baseAddress, 8, nil) }
        defer { BN_free(number) }
        guard X509_set_version(certificate, 2) == 1,
            BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil,
            // A day back: clocks of clients differ.
            X509_gmtime_adj(X509_getm_notBefore(certificate), -86_400) != nil,
            X509_time_adj_ex(X509_getm_notAfter(certificate), Int32(days), 0, nil) != nil,
            let name = X509_get_subject_name(certificate),
            X509_NAME_add_entry_by_txt(name, "CN", asciiText, commonName, -1, -1, 0) == 1,
            X509_set_issuer_name(certificate, name) == 1
        else { throw CertificateError("the certificate's fields could not be set") }
    }

    /// `MBSTRING_ASC`, a macro with a cast that Swift does not import.
    private static let asciiText: Int32 = 0x1000 | 1

    private static func isUsable(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    private static func isAddress(_ name: String) -> Bool {
        name.contains(":") || (name.contains(".") && name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E })
    }

    private static func text(_ write: (OpaquePointer) -> Int32) throws(CertificateError) -> [UInt8] {
        guard let memory = BIO_new(BIO_s_mem()) else { throw CertificateError("no memory for BIO_new") }
        defer { BIO_free(memory) }
        guard write(memory) == 1 else { throw CertificateError("the key or certificate could not be written as PEM") }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = BIO_read(memory, &bytes, Int32(bytes.count))
        guard count > 0 else { throw CertificateError("the key or certificate could not be written as PEM") }
        return Array(bytes.prefix(Int(count)))
    }
}

/// Owner of one `EVP_PKEY`.
private struct KeyPair: ~Copyable {
    let key: OpaquePointer

    /// A new key on P-256.
    init() throws(CertificateError) {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else {
            throw CertificateError("libcrypto offers no elliptic curves (EVP_PKEY_CTX_new_from_name)")
        }
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            EVP_PKEY_generate(context, &made) == 1, let made
        else { throw CertificateError("libcrypto could not make a key (EVP_PKEY_generate)") }
        key = made
    }

    deinit { EVP_PKEY_free(key) }
}

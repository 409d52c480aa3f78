internal import CCrypto

/// SHA-256 of a certificate's public key (DER, SubjectPublicKeyInfo): what a client pins. It stays the same when the
/// certificate is renewed with the same key.
package enum KeyFingerprint {
    /// 64 hexadecimal digits of the first certificate in PEM text. Throws when there is none.
    package static func of(certificate pem: [UInt8]) throws(CertificateError) -> String {
        guard let memory = BIO_new_mem_buf(pem, Int32(pem.count)) else {
            throw CertificateError("no memory for BIO_new_mem_buf")
        }
        defer { BIO_free(memory) }
        guard let certificate = PEM_read_bio_X509(memory, nil, nil, nil) else {
            throw CertificateError("it holds no certificate in PEM form")
        }
        defer { X509_free(certificate) }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes)
        guard count > 0, let bytes else { throw CertificateError("its public key cannot be read") }
        // CRYPTO_free is what the macro OPENSSL_free calls.
        defer { CRYPTO_free(bytes, nil, 0) }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_Digest(bytes, Int(count), &digest, nil, EVP_sha256(), nil) == 1 else {
            throw CertificateError("libcrypto offers no SHA-256 (EVP_Digest)")
        }
        return digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

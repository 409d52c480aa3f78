internal import CCrypto

/// SHA-256 over libcrypto (`EVP_DigestInit_ex2`, `EVP_DigestUpdate`, `EVP_DigestFinal_ex`).
///
/// Owns one context and is reused for any number of values; one thread at a time.
package struct SHA256: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: OpaquePointer

    package init() {
        // Both fail only when libcrypto has no SHA-256 or no memory is left: nothing can be verified then.
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil), let context = EVP_MD_CTX_new() else {
            fatalError("libcrypto offers no SHA-256 (EVP_MD_fetch)")
        }
        self.algorithm = algorithm
        self.context = context
        reset()
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    /// Starts a new value.
    package func reset() {
        precondition(EVP_DigestInit_ex2(context, algorithm, nil) == 1, "EVP_DigestInit_ex2 failed")
    }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "EVP_DigestUpdate failed")
    }

    /// The value of all bytes since the last reset; starts a new one.
    package func finish() -> Digest {
        let digest = withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { output in
            let done = EVP_DigestFinal_ex(context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
            precondition(done == 1, "EVP_DigestFinal_ex failed")
            return Digest(bytes: UnsafeRawBufferPointer(output))
        }
        reset()
        return digest
    }

    /// The value of `bytes` alone.
    package func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        update(bytes)
        return finish()
    }

    /// The value of `bytes` alone, for callers with one small value and no context at hand.
    package static func digest(of bytes: [UInt8]) -> Digest {
        let hasher = SHA256()
        return bytes.withUnsafeBytes { hasher.digest(of: $0) }
    }
}

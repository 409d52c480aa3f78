/// What libcrypto could not make or read.
package struct CertificateError: Error, CustomStringConvertible, Sendable {
    package let description: String

    init(_ description: String) { self.description = description }
}

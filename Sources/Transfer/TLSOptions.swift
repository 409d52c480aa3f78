/// Whom a secure connection trusts.
package struct TLSOptions: Hashable, Sendable {
    /// A file of PEM certificates to trust instead of the system's; nil for the system's.
    package var caFile: String?
    /// The only key a server may have, as libcurl writes it ("sha256//" and the Base64 of the SHA-256 of the DER public
    /// key). Whoever signed its certificate, and for which name, does not matter then.
    package var pinnedKey: String?
    /// Takes any certificate: only for a question whose answer proves nothing.
    package var trustsAnyone = false

    package init(caFile: String? = nil, pinnedKey: String? = nil) {
        self.caFile = caFile
        self.pinnedKey = pinnedKey
    }
}

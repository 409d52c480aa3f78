/// Whom a secure connection trusts.
package struct TLSOptions: Hashable, Sendable {
    /// A file of PEM certificates to trust instead of the system's; nil for the system's.
    package var caFile: String?

    package init(caFile: String? = nil) { self.caFile = caFile }
}

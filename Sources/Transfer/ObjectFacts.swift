/// What a server says about an object without sending it.
package struct ObjectFacts: Hashable, Sendable {
    /// Length in bytes; nil when the server does not say.
    package let length: UInt64?
    package let etag: String?
}

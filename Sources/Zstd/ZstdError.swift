/// A frame that libzstd would not make or open.
package struct ZstdError: Error, CustomStringConvertible, Sendable {
    package var description: String
    package init(_ description: String) { self.description = description }
}

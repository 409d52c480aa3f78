/// Bytes that are not what format.md says. `code` answers what the caller should do.
package struct FormatError: Error, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        /// Fewer or more bytes than the object announces: it was cut off, or is another one.
        package static let wrongLength = Code("wrong-length")
        /// Content that contradicts itself or its digest. Take another copy of the object.
        package static let damaged = Code("damaged")
        /// Made by a newer Lifeboat, with a feature that must be understood. Upgrade.
        package static let unsupported = Code("unsupported")
        /// A count or length above the limits of format.md, section 3.
        package static let aboveLimit = Code("above-limit")
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

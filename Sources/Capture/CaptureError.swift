/// Why a capture did not become a moment. `code` answers what the caller should do; nothing is visible in the repository.
package struct CaptureError: Error, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        /// The disks or names as given cannot be captured. Nothing was read or written.
        package static let refused = Code("refused")
        /// A disk could not be read to its end.
        package static let unreadable = Code("unreadable")
        /// The operator interrupted.
        package static let interrupted = Code("interrupted")
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { cause.map { "\(message) (\($0))" } ?? message }
}

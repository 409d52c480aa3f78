/// What went wrong at an object store. `code` answers what the caller should do.
package struct StoreError: Error, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        /// The object is not there.
        package static let notFound = Code("not-found")
        /// The store cannot be reached (name, route, TLS, server down), after every retry.
        package static let unreachable = Code("unreachable")
        /// The object is shorter than the range asked for, or longer than the limit given.
        package static let wrongLength = Code("wrong-length")
        /// The store cannot do this (listing or writing over plain HTTP).
        package static let unsupported = Code("unsupported")
        /// Somebody else writes to this repository now.
        package static let locked = Code("locked")
        /// Access is denied.
        package static let denied = Code("denied")
        /// The medium reported an error, or has no room left.
        package static let inputOutput = Code("input-output")
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

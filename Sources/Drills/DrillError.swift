/// Why a drill could not be made. A host that does not come up is a report, not an error.
package struct DrillError: Error, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        /// Something that it takes is not there. Nothing was started.
        package static let refused = Code("refused")
        package static let failed = Code("failed")
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

/// Why the allocation of a volume cannot be trusted. Never stops a capture: such a volume is read whole, and the
/// message becomes the note that says so.
package struct FileSystemError: Error, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        /// Mounted at the crash, journal not replayed, hibernated, errors flagged. Clean it, or capture it whole.
        package static let notClean = Code("not-clean")
        /// Structures that contradict each other, a checksum that is wrong, a length outside its limit.
        package static let damaged = Code("damaged")
        /// A type or feature that no kept library or tool here understands.
        package static let unsupported = Code("unsupported")
        /// A tool is not installed, or failed.
        package static let tool = Code("tool")
        /// The disk could not be read.
        package static let inputOutput = Code("input-output")
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

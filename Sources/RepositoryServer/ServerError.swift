/// Why a repository is not served. `message` says what, why, and what to do.
package struct ServerError: Error, CustomStringConvertible, Sendable {
    package let message: String
    package var description: String { message }

    init(_ message: String) { self.message = message }
}

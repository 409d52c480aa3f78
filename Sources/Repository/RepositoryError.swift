package import RepositoryFormat

/// What went wrong with a repository. `code` answers what the caller should do; programs turn it into an exit status.
package struct RepositoryError: Error, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        /// No repository lies there. Correct the location, or make one.
        package static let notARepository = Code("not-a-repository")
        /// There is a repository already; nothing was changed.
        package static let exists = Code("exists")
        /// An object is missing, cut off or altered. Run verify; take another copy or another moment.
        package static let damaged = Code("damaged")
        /// The store cannot be reached.
        package static let unreachable = Code("unreachable")
        /// No host of that name.
        package static let unknownHost = Code("unknown-host")
        /// No moment at or before the time asked for.
        package static let noMoment = Code("no-moment")
        /// Made by a newer Lifeboat.
        package static let unsupported = Code("unsupported")
        /// Another writer is at work, or has overtaken this one.
        package static let locked = Code("locked")
        /// The medium failed or is full.
        package static let inputOutput = Code("input-output")
        /// A name or time that cannot be used as given.
        package static let badInput = Code("bad-input")
        /// This user, or this client of a server, may not; nothing was changed. Give a token that may.
        package static let denied = Code("denied")
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

    /// A store's failure at an object that must be there: absence and a wrong length are damage.
    package init(_ error: StoreError, object: String) {
        switch error.code {
        case .notFound:
            self.init(.damaged, "\(object) is missing from the repository: \(error.message)")
        case .wrongLength:
            self.init(.damaged, "\(object) is damaged: \(error.message)")
        case .unreachable: self.init(.unreachable, error.message, cause: error.cause)
        case .locked: self.init(.locked, error.message, cause: error.cause)
        case .unsupported: self.init(.badInput, error.message, cause: error.cause)
        case .interrupted: self.init(.interrupted, error.message)
        default: self.init(.inputOutput, error.message, cause: error.cause)
        }
    }

    package init(_ error: FormatError) {
        self.init(error.code == .unsupported ? .unsupported : .damaged, error.message)
    }
}

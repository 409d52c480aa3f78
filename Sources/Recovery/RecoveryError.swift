internal import BlockDevices
internal import Repository

/// Why a restore did not end well. `code` answers what the caller should do; `message` says what could not be done, to
/// which object, why, what state the disks are in now, and what to do next.
package struct RecoveryError: Error, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        /// The plan cannot be carried out as asked; `reason` says why. Nothing was written.
        package static let refused = Code("refused")
        /// An object of the repository is missing, cut off or altered. Verify it, or choose another moment.
        package static let damaged = Code("damaged")
        /// The repository cannot be reached, after every retry. Run the restore again: it continues.
        package static let unreachable = Code("unreachable")
        /// The operator interrupted. Run the restore again: it continues.
        package static let interrupted = Code("interrupted")
        /// A disk failed, or does not hold what was written to it.
        package static let failed = Code("failed")
    }

    package var code: Code
    /// For `refused` only.
    package var reason: Refusal.Reason?
    package var message: String
    /// Whether a byte of any target was changed before.
    package var wroteAnything: Bool
    package var cause: (any Error)?

    package init(
        _ code: Code, reason: Refusal.Reason? = nil, _ message: String, wroteAnything: Bool = false,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.wroteAnything = wroteAnything
        self.cause = cause
    }

    package init(_ refusal: Refusal) { self.init(.refused, reason: refusal.reason, refusal.message) }

    static let interruptedBeforeWriting = RecoveryError(
        .interrupted, "The restore was interrupted. Nothing was written.")

    package var description: String { cause.map { "\(message) (\($0))" } ?? message }

    /// The exit status of the command line: 3 refused, 4 damage, 5 unreachable, 130 interrupted, 1 failed.
    package var exitStatus: Int32 {
        switch code {
        case .refused: 3
        case .damaged: 4
        case .unreachable: 5
        case .interrupted: 130
        default: 1
        }
    }

    /// The error of another room with `state` (what the disks are in now) and what to do next added to its message.
    init(_ error: any Error, state: DiskState) {
        switch error {
        case let error as RecoveryError: self = error
        case let error as RepositoryError: self.init(repository: error, state: state)
        case let error as StoreError: self.init(repository: RepositoryError(error, object: "An object"), state: state)
        case let error as BlockDeviceError where error.cause is RepositoryError:
            self.init(error.cause ?? error, state: state)
        case let error as BlockDeviceError:
            self.init(
                .failed, "\(error.message) \(state.words) Check the disk and its cable, or choose another disk.",
                wroteAnything: state.wroteAnything, cause: error.cause)
        default: self.init(.failed, "\(error). \(state.words)", wroteAnything: state.wroteAnything)
        }
    }

    private init(repository error: RepositoryError, state: DiskState) {
        let (code, advice): (Code, String) =
            switch error.code {
            case .damaged, .unsupported:
                (.damaged, "Run \"lifeboat verify\" on the repository, or choose an earlier moment.")
            case .unreachable: (.unreachable, "Check network and server and run the restore again: it continues.")
            case .interrupted: (.interrupted, "Run the restore again: it continues.")
            default: (.failed, "Mend this and run the restore again: it continues.")
            }
        self.init(
            code, "\(error.message) \(state.words) \(advice)", wroteAnything: state.wroteAnything, cause: error.cause)
    }
}

internal import CLinuxShim
internal import Glibc

/// Owner of one child process (`posix_spawnp(3)`), without a shell. An owner that goes out of use ends it and waits.
///
/// The child has its own process group, so that Ctrl-C reaches only us and we end it in order; it reads nothing.
package struct ChildProcess: ~Copyable, Sendable {
    package enum Output: Sendable {
        case discard
        /// Into a file that is made or emptied.
        case file(String)
        /// Where this process writes to.
        case inherit
    }

    package let arguments: [String]
    package let processID: Int32
    private var status: ExitStatus?

    /// Starts `arguments[0]`, looked up in PATH. `environment` nil means: as ours.
    package init(
        _ arguments: [String], environment: [String: String]? = nil, output: Output = .discard,
        errorOutput: Output = .discard
    ) throws(SystemCallError) {
        let actions = try SpawnActions()
        try actions.open("/dev/null", writing: false, as: 0)
        try actions.direct(output, to: 1)
        try actions.direct(errorOutput, to: 2)
        try self.init(arguments, environment: environment, actions: actions)
    }

    init(
        _ arguments: [String], environment: [String: String]?, actions: borrowing SpawnActions
    ) throws(SystemCallError) {
        precondition(!arguments.isEmpty, "a process without a program")
        self.arguments = arguments
        processID = try actions.spawn(arguments, environment: environment)
    }

    deinit {
        guard status == nil else { return }
        kill(processID, SIGKILL)
        var ignored: Int32 = 0
        while waitpid(processID, &ignored, 0) < 0, errno == EINTR {}
    }

    /// Waits for its end.
    package mutating func wait() throws(SystemCallError) -> ExitStatus {
        if let status { return status }
        var raw: Int32 = 0
        _ = try kernel("waitpid", arguments[0]) { answer(waitpid(processID, &raw, 0)) }
        let ended = ExitStatus(linux_exit_status(raw))
        status = ended
        return ended
    }

    /// How it ended, nil while it runs. Does not wait.
    package mutating func poll() throws(SystemCallError) -> ExitStatus? {
        if let status { return status }
        var raw: Int32 = 0
        guard try kernel("waitpid", arguments[0], { answer(waitpid(processID, &raw, WNOHANG)) }) != 0 else {
            return nil
        }
        status = ExitStatus(linux_exit_status(raw))
        return status
    }

    /// Asks it to end (SIGTERM); `wait` follows.
    package func terminate() {
        guard status == nil else { return }
        kill(processID, SIGTERM)
    }
}

/// How a process ended.
package enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    init(_ code: Int32) { self = code < 256 ? .exited(code) : .signalled(code - 256) }

    package var isSuccess: Bool { self == .exited(0) }

    package var description: String {
        switch self {
        case .exited(let code): "exit status \(code)"
        case .signalled(let number): "signal \(number)"
        }
    }
}

import Foundation
import ProgramHarness

/// `lifeboat attach` at work in a scratch directory; ended by its id when it goes away.
final class Attached: Sendable {
    let process: Child
    let socket: String

    /// Starts it, and returns once it says that it serves.
    init(
        _ host: String = "web01", from repository: String, _ words: [String] = [], socket: String = "s",
        in scratch: Scratch
    ) throws {
        self.socket = scratch(socket)
        process = try Program.start(
            ["attach", host, "--repository", repository, "--socket", socket] + words, in: scratch)
        try process.wait { [process] in process.output.hasSuffix("\n") }
    }

    /// The address of an export; nil is the one without a name.
    func uri(_ disk: Int? = nil) -> String { "nbd+unix:///\(disk.map { "\($0)" } ?? "")?socket=\(socket)" }

    /// Ends it as an operator does.
    func stop(_ signal: Int32 = SIGTERM) throws -> Outcome {
        process.signal(signal)
        return try process.wait(seconds: 20)
    }
}

extension Scratch {
    /// One line that changes with every byte and name below a directory.
    func treeSum(_ folder: String) throws -> String {
        try sh("cd '\(folder)' && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum")
    }

    /// Processes of nbdkit that have to do with this directory.
    func servers() throws -> String { try sh("pgrep -fx 'nbdkit .*\(path).*' || true") }
}

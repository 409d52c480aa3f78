import LinuxSystem

/// A directory of a test's own, removed with it, in which shell scripts make images with outside tools.
final class Scratch: Sendable {
    let path: String

    struct Failure: Error, CustomStringConvertible { var description: String }

    init() throws {
        let number = try RunningSystem.randomBytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        path = "/var/tmp/lifeboat-test-" + String(number, radix: 16)
        try Files.makeDirectories(path)
    }

    deinit { _ = try? ChildProcess.run(["rm", "-rf", "--one-file-system", path]) }

    /// Runs a script in the directory; any failing command fails it.
    @discardableResult
    func run(_ script: String) throws -> String {
        let captured = try ChildProcess.run(["bash", "-euc", "cd '\(path)'\n" + script])
        let output = String(decoding: captured.output, as: UTF8.self)
        guard captured.status.isSuccess else {
            throw Failure(description: "\(captured.status): \(script)\n\(output)\n\(captured.errorText)")
        }
        return output
    }
}

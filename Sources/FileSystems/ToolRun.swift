internal import LinuxSystem

/// Runs a kept tool and turns its failure into a reason to capture the volume whole.
enum ToolRun {
    /// Where Debian and the rescue image keep such tools, whatever PATH says.
    private static let directories = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]

    /// Runs `arguments` whatever its exit status; `package` is the Debian package named when it is missing.
    static func result(
        _ arguments: [String], package: String, limit: Int = 1 << 20
    ) throws(FileSystemError) -> ChildProcess.Captured {
        // Messages are parsed, so they must be in the language they were written in.
        let environment = ["LC_ALL": "C", "PATH": directories.joined(separator: ":")]
        let name = arguments[0]
        let found = directories.map { "\($0)/\(name)" }.first(where: Files.exists)
        do throws(SystemCallError) {
            return try ChildProcess.run([found ?? name] + arguments.dropFirst(), environment: environment, limit: limit)
        } catch {
            let what = error.isNotFound ? "\(name) is not installed (Debian: \(package))" : "\(name) did not run"
            throw FileSystemError(.tool, what, cause: error)
        }
    }

    /// The same, for a tool that must succeed and must not complain.
    static func output(
        _ arguments: [String], package: String, limit: Int = 1 << 20
    ) throws(FileSystemError) -> ChildProcess.Captured {
        let captured = try result(arguments, package: package, limit: limit)
        guard captured.status.isSuccess, captured.errorOutput.isEmpty else {
            let said = captured.errorText.prefix(200)
            throw FileSystemError(.tool, "\(arguments[0]) ended with \(captured.status) and said “\(said)”")
        }
        return captured
    }
}

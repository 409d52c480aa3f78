internal import LinuxSystem

/// Owner of an NBD export shown as a file (nbdfuse(1)): what wants a file or a loop device gets one.
final class NBDFile {
    let path: String
    private let directory: String
    private var process: ChildProcess?

    /// - Parameter directory: made for it, and removed with it.
    init(_ address: String, directory: String) throws {
        self.directory = directory
        path = "\(directory)/disk"
        try Files.makeDirectories(directory, mode: 0o700)
        process = try Self.spawn(["nbdfuse", path, address])
        let start = Clocks.monotonicNanoseconds
        while try Files.status(path) == nil {
            if let status = try process?.poll() {
                throw DrillError(
                    .failed, "nbdfuse ended (\(status)) before it showed \(address) as a file. Is FUSE there?")
            }
            guard Clocks.monotonicNanoseconds - start < 30_000_000_000 else {
                throw DrillError(.failed, "nbdfuse did not show \(address) as a file within half a minute.")
            }
            Clocks.sleep(nanoseconds: 10_000_000)
        }
    }

    private static func spawn(_ words: [String]) throws -> ChildProcess {
        do throws(SystemCallError) { return try ChildProcess(words, errorOutput: .inherit) } catch {
            guard error.isNotFound else { throw error }
            throw DrillError(
                .refused, "A drill needs nbdfuse. Install the Debian packages libnbd-bin and fuse3.", cause: error)
        }
    }

    /// Everything written is with the server when it returns.
    func close() throws {
        guard process != nil else { return }
        let result = try ChildProcess.run(["fusermount3", "-u", directory])
        guard result.status.isSuccess else {
            throw DrillError(.failed, "\(directory) could not be unmounted: \(result.errorText).")
        }
        let status = try process?.wait()
        process = nil
        try Files.removeDirectory(directory)
        guard status?.isSuccess == true else {
            throw DrillError(.failed, "nbdfuse ended with \(status.map { "\($0)" } ?? "?").")
        }
    }

    deinit {
        // On the way of another error, which is the one to tell.
        try? close()
    }
}

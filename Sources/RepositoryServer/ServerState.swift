internal import LinuxSystem

/// The folder of what a server knows beside the repository: tokens, its key, the index for deduplication. Mode 0700, files
/// 0600; nothing in it is ever served.
package struct ServerState: Sendable {
    package let directory: String

    /// `<repository>/server` unless another one is named.
    package init(repository: String, directory: String? = nil) { self.directory = directory ?? "\(repository)/server" }

    package var tokens: String { "\(directory)/tokens.json" }
    package var certificate: String { "\(directory)/certificate.pem" }
    package var key: String { "\(directory)/key.pem" }
    var chunks: String { "\(directory)/chunks.lmdb" }

    /// Makes the folder.
    package func prepare() throws(ServerError) {
        do {
            try Files.makeDirectories(directory, mode: 0o700)
        } catch { throw ServerError("\(directory) cannot be made: \(error.reason). Nothing was changed.") }
    }

    /// Replaces a file durably: whoever reads it sees the old or the new content.
    package func replace(_ path: String, _ bytes: [UInt8]) throws(ServerError) {
        let temporary = "\(directory)/.tmp-\(RunningSystem.processID)-\(Clocks.monotonicNanoseconds)"
        do {
            let file = try FileDescriptor(temporary, [.write, .createNew], mode: 0o600)
            try file.write(bytes, at: 0)
            try file.synchronize()
            try Files.rename(temporary, to: path)
            try Files.synchronizeDirectory(directory)
        } catch {
            _ = try? Files.remove(temporary)  // garbage; the error that matters is thrown
            throw ServerError("\(path) cannot be written: \(error.reason). It is as it was.")
        }
    }

    /// Runs `body` as the only process that changes the folder's files; waits for others.
    package func exclusively<Result>(_ body: () throws -> Result) throws -> Result {
        try prepare()
        let lock = try lock()
        defer { extendLifetime(lock) }
        return try body()
    }

    private func lock() throws(ServerError) -> FileDescriptor {
        do {
            let lock = try FileDescriptor("\(directory)/lock", [.write, .create], mode: 0o600)
            // Others hold it for as long as it takes to write one small file.
            while try !lock.lockExclusively() { Clocks.sleep(nanoseconds: 10_000_000) }
            return lock
        } catch { throw ServerError("\(directory) cannot be locked: \(error.reason). Nothing was changed.") }
    }
}

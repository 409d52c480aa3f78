import Foundation

/// A disk with a cache that forgets: what the machine did not flush is lost with the power. nbdkit's filter `cache` keeps
/// writes to itself until it is told to flush.
package final class VolatileDisk {
    private let process: BackgroundProcess
    private let directory: TemporaryDirectory

    /// For `Disk`.
    package var path: String { "nbd+unix:///?socket=\(directory.file("socket"))" }

    /// - Parameter file: what is durable.
    package init(_ file: String, log: String) throws {
        directory = try TemporaryDirectory()
        process = try BackgroundProcess(
            [
                "nbdkit", "--foreground", "--unix", directory.file("socket"), "--pidfile", directory.file("pid"),
                "--filter=cache", "file", file, "cache=writeback",
            ], output: log)
        let deadline = Date(timeIntervalSinceNow: 20)
        while !FileManager.default.fileExists(atPath: directory.file("pid")) {
            guard process.isRunning, Date() < deadline else { throw HarnessError("nbdkit does not start: see \(log)") }
            usleep(20_000)
        }
    }

    /// The power fails. Before that of the machine: a connection that ends would be flushed.
    package func pullPlug() { process.kill() }
}

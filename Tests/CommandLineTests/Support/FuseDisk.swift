import Foundation
import ProgramHarness
import Testing

/// A disk of nbdkit's (nbdfuse) behind a loop device, so that it can fail as disks do.
final class FuseDisk {
    /// The loop device. It has no serial: its size and path confirm it.
    let path: String
    private let process: Child
    private let trigger: String
    private let number: Int32

    /// - Parameter file: its content, below a cache that is written to it when it is told to flush.
    init(_ file: String, in scratch: Scratch) throws {
        let folder = "fuse-\(UUID().uuidString.prefix(8))"
        let disk = scratch("\(folder)/disk")
        trigger = scratch("\(folder).fails")
        try FileManager.default.createDirectory(atPath: scratch(folder), withIntermediateDirectories: false)
        process = try Child(
            [
                "nbdfuse", disk, "--command", "nbdkit", "-s", "--pidfile", "\(trigger).pid", "--exit-with-parent",
                "--filter=error", "--filter=cache",
                "file", scratch(file), "cache=writeback", "error-pwrite=EIO", "error-pwrite-rate=100%",
                "error-file=\(trigger)",
            ], in: scratch.path)
        scratch.keep(process)
        try process.wait { FileManager.default.fileExists(atPath: disk) }
        let text = String(decoding: try Disk.read("\(trigger).pid"), as: UTF8.self)
        number = try #require(Int32(text.filter(\.isNumber)))
        path = try scratch.loop("\(folder)/disk")
    }

    /// From now on every write fails with EIO.
    func breakWrites() throws { try Disk.write([], to: trigger) }

    /// It is pulled out: what was not flushed is lost, and nothing answers any more.
    func pullOut() throws {
        // nbdkit first: a connection that ends would be flushed.
        guard process.isRunning else { return }
        kill(number, SIGKILL)
        process.signal(SIGKILL)
        _ = try process.wait()
    }
}

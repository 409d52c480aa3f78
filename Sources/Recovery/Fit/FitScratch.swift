internal import LinuxSystem

/// Where what changes of a partition lies until it is on the target.
package struct FitScratch: Hashable, Sendable {
    package var directory: String

    package init(directory: String) { self.directory = directory }

    /// Bytes that are free there.
    func room() throws(RecoveryError) -> UInt64 {
        do { return try VolumeSpace(of: directory).availableBytes } catch {
            throw RecoveryError(
                Refusal(
                    .noRoom,
                    "Cannot use \(directory) as scratch: \(error.reason). Nothing was written. Name a directory with --scratch."
                ))
        }
    }

    /// A file without a name, sparse, gone with its owner.
    func file(_ purpose: String) throws(SystemCallError) -> FileDescriptor {
        let path = "\(directory)/lifeboat-\(purpose)-\(try RunningSystem.randomName(bytes: 6))"
        let file = try FileDescriptor(path, [.write, .createNew], mode: 0o600)
        try Files.remove(path)
        return file
    }
}

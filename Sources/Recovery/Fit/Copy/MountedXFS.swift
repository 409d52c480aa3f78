internal import LinuxSystem

/// An XFS in a file, mounted as data; unmounted with its owner.
final class MountedXFS {
    let directory: String
    private let loop: LoopDevice
    private var mounted: Mount?

    /// At a directory that is made for it, and goes with it. Its log is replayed, also read-only.
    init(_ loop: LoopDevice, at directory: String, isReadOnly: Bool) throws(SystemCallError) {
        self.loop = loop
        self.directory = directory
        try Files.makeDirectories(directory, mode: 0o700)
        var flags: Mount.Flags = [.noSetUserID, .noDevices, .noPrograms]
        if isReadOnly { flags.insert(.readOnly) }
        do throws(SystemCallError) {
            // The same UUID may be mounted: the other one of the two, and the captured original.
            mounted = try Mount(loop.path, at: directory, kind: "xfs", flags: flags, options: "nouuid")
        } catch {
            // Nothing is in it; the first error is the one to tell.
            try? Files.removeDirectory(directory)
            throw error
        }
    }

    /// Whether it is at rest afterwards. A mount namespace that came to be in the meantime (a container) has a copy of the mount:
    /// waits up to ten seconds for that to go.
    func unmount() -> Bool {
        mounted = nil
        return loop.isUnused(within: 10)
    }

    deinit {
        mounted = nil
        // It is empty, and there is nobody to tell.
        try? Files.removeDirectory(directory)
    }
}

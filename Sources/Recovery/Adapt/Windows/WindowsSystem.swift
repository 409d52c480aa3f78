package import FileSystems

/// Windows on restored disks, beside what `RestoredSystem` says: its tree is the volume with Windows' directory.
package struct WindowsSystem: Sendable {
    /// A volume beside Windows' own.
    package struct Place: Sendable {
        /// Counts as in `RestoredSystem.volumes`.
        package var volume: Int
        package var tree: SystemTree
    }

    /// "/Windows", in the letters it has.
    package var directory: String
    package var state: NTFSState
    /// The active partition ("System Reserved"), where it is NTFS and not Windows' own volume.
    package var bootVolume: Place?

    package init(directory: String, state: NTFSState, bootVolume: Place? = nil) {
        self.directory = directory
        self.state = state
        self.bootVolume = bootVolume
    }

    /// Why nothing of it may be changed, with what to do; nil when it may be.
    var refusal: String? {
        switch state {
        case .clean: nil
        case .hibernated:
            "Windows is hibernated, perhaps by fast start-up: a change would damage it when it resumes, and resumed on other "
                + "hardware it fails. Restore a moment after a full shutdown (\"shutdown /s /t 0\"; \"powercfg /h off\" ends fast "
                + "start-up). Or give up its session knowingly (\"ntfs-3g -o remove_hiberfile\") and run this again."
        case .unclean(let why):
            "Windows' volume was not left in order (\(why)): its journal is Windows' to replay, and before that nothing is "
                + "changed here. Restore a moment after a shutdown, or start it once on hardware that it knows."
        }
    }
}

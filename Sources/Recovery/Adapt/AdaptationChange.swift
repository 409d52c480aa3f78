/// One change of a restored system, as a value: what a dry run prints and what is carried out.
package struct AdaptationChange: Sendable {
    package enum Action: Sendable {
        /// Replaces a file of the system, or makes it.
        case write(path: String, bytes: [UInt8], mode: UInt32)
        /// Adds bytes at the end of a file of the system, by replacing it whole where there is room.
        case append(path: String, bytes: [UInt8])
        case remove(path: String)
        /// Writes bytes over others inside a file of the system, which keeps its place on the disk.
        case overwrite(path: String, offset: UInt64, bytes: [UInt8])
        /// Writes bytes of a disk (boot code, partition tables). `disk` counts as in `RestoredSystem.machine.disks`.
        case writeDisk(disk: Int, offset: UInt64, bytes: [UInt8])
        /// Writes bytes of a volume that is not mounted: a partition, a logical volume, an array. Counts as in
        /// `RestoredSystem.volumes`.
        case writeVolume(volume: Int, offset: UInt64, bytes: [UInt8])
        /// Puts a file into the FAT file system that begins at `offset` of a disk and is not mounted, with the directories
        /// above it: `ESPFiles.write` does it. Comes after the `writeDisk` that makes the file system, if one does.
        case writeESP(disk: Int, offset: UInt64, path: String, bytes: [UInt8])
        /// Checks a file system that is going to grow, by its own checker. Nothing of the system is mounted meanwhile.
        case checkFileSystem(GrowthPlace, GrowingFileSystem)
        /// Makes a file system as large as what it lies in, and checks it. Nothing of the system is mounted meanwhile.
        case growFileSystem(GrowthPlace, GrowingFileSystem)
        /// Makes an LVM physical volume as large as what it lies in. Nothing of the system is open meanwhile.
        case growPhysicalVolume(GrowthPlace)
        /// Gives a logical volume ("vg0/root") all that is free in its group. Nothing of the system is open meanwhile.
        case extendLogicalVolume(String)
        /// Runs one of the restored system's own programs with its root as root, in a mount namespace of its own.
        case run([String])
        /// Sets or removes (nil) a variable of this machine's UEFI firmware: "Boot0003-8be4df61-93ca-11d2-aa0d-00e098032b8c".
        case setFirmwareVariable(name: String, attributes: UInt32, bytes: [UInt8]?)
    }

    package var action: Action
    /// What is done and why, for people: "/etc/fstab: /dev/vda2 becomes UUID=… because this machine has no /dev/vda2".
    package var reason: String
    /// Whether the system does without it: then a failure is a warning, and it is not held against its step.
    package var isAttempt = false

    package init(_ action: Action, reason: String) {
        self.action = action
        self.reason = reason
    }
}

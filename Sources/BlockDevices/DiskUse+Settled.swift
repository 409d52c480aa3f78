internal import LinuxSystem

extension DiskUse {
    /// The use of a disk once programs that only touch it in passing are gone: `losetup`, `partprobe` and udev's helpers
    /// open a device for writing for some milliseconds. Looks again for up to a second while writers are all there is.
    package static func settled(_ look: () -> DiskUse) -> DiskUse {
        let deadline = Clocks.monotonicNanoseconds + 1_000_000_000
        while true {
            let use = look()
            let onlyWriters = use.mounts.isEmpty && use.swaps.isEmpty && use.holders.isEmpty && use.loops.isEmpty
            guard onlyWriters, !use.writers.isEmpty, Clocks.monotonicNanoseconds < deadline else { return use }
            Clocks.sleep(nanoseconds: 50_000_000)
        }
    }
}

/// A backing device of bcache on restored disks, as it was found when they were opened.
package struct RestoredCache: Hashable, Sendable {
    /// "partition 3 of /dev/nvme0n1".
    package var title: String
    /// Its place in `RestoredSystem.volumes`.
    package var volume: Int
    package var superblock: CacheSuperblock
    /// The superblock's bytes.
    package var bytes: [UInt8]
    /// Whether the set of its cache is on the restored disks as well.
    package var hasCache: Bool
    /// Whether it was opened to be changed, past a cache that may hold some of it.
    package var isWritten: Bool

    package init(
        title: String, volume: Int, superblock: CacheSuperblock, bytes: [UInt8], hasCache: Bool, isWritten: Bool
    ) {
        self.title = title
        self.volume = volume
        self.superblock = superblock
        self.bytes = bytes
        self.hasCache = hasCache
        self.isWritten = isWritten
    }

    package var state: CacheSuperblock.State {
        if case .backing(let state, _) = superblock.kind { state } else { .none }
    }

    /// What keeps it from waiting for a cache that will not come, and a cache from serving what is not so any more.
    package var change: AdaptationChange? {
        guard state == .clean, !hasCache || isWritten, let stale = CacheSuperblock.stale(bytes) else { return nil }
        let why =
            hasCache
            ? "it was changed past its cache, which begins empty"
            : "its cache is not on these disks, and it would wait for it; it starts without one now"
        var change = AdaptationChange(
            .writeVolume(volume: volume, offset: CacheSuperblock.offset, bytes: stale),
            reason: "\(title): bcache is told that what a cache holds of it is worth nothing: \(why)")
        // It is done as soon as it is opened to be changed; this repeats it.
        change.isAttempt = true
        return change
    }

    package var proof: Proof {
        let statement = "\(title) starts with what bcache makes of it"
        switch state {
        case .none, .stale: return Proof("\(statement): it needs no cache", holds: true)
        case .dirty where hasCache, .clean where hasCache: return Proof("\(statement): its cache is here", holds: true)
        case .dirty:
            return Proof(
                statement, holds: false,
                detail:
                    "its cache is not on these disks, and held data that is nowhere else. Restore the disk of the cache as well."
            )
        case .clean:
            return Proof(
                statement, holds: false,
                detail:
                    "its cache is not on these disks, and it waits for it until it is told to start without: echo 1 > "
                    + "/sys/class/block/DEVICE/bcache/running")
        }
    }
}

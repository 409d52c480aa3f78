/// A backing device of bcache on restored disks, as it was found, and what became of it when they were opened.
package struct RestoredCache: Hashable, Sendable {
    package enum Fate: Hashable, Sendable {
        /// Opened, or left closed because there is nothing to be had.
        case asFound
        /// Its cache has what it lacks; they are put together only to be changed.
        case waiting
        /// Opened to be changed past its cache, and told that the cache is worth nothing.
        case marked
        /// It should have been opened, and could not be: a warning says why.
        case failed
    }

    /// "partition 3 of /dev/nvme0n1".
    package var title: String
    /// Its place in `RestoredSystem.volumes`.
    package var volume: Int
    package var superblock: CacheSuperblock
    /// The superblock's bytes.
    package var bytes: [UInt8]
    /// Whether the set of its cache is on the restored disks as well.
    package var hasCache: Bool
    package var fate = Fate.asFound

    package init(title: String, volume: Int, superblock: CacheSuperblock, bytes: [UInt8], hasCache: Bool) {
        self.title = title
        self.volume = volume
        self.superblock = superblock
        self.bytes = bytes
        self.hasCache = hasCache
    }

    var state: CacheSuperblock.State { superblock.state }

    var waitsForChanges: Bool { fate == .waiting }

    /// Why it is told that its cache is worth nothing.
    var reason: String {
        let why =
            hasCache
            ? "it is changed past its cache, which begins empty"
            : "its cache is not on these disks, and it would wait for it; it starts without one now"
        return "\(title): bcache is told that what a cache holds of it is worth nothing: \(why)"
    }

    /// What keeps it from waiting for a cache that will not come. Opening it to be changed does the same.
    var change: AdaptationChange? {
        guard state == .clean, !hasCache, fate == .asFound, let stale = CacheSuperblock.stale(bytes) else { return nil }
        return AdaptationChange(
            .writeVolume(volume: volume, offset: CacheSuperblock.offset, bytes: stale), reason: reason)
    }

    var proof: Proof {
        let statement = "\(title) starts with what bcache makes of it"
        switch state {
        case .none, .stale: return Proof("\(statement): it needs no cache", holds: true)
        case .dirty where hasCache && fate == .failed:
            return Proof(
                statement, holds: false,
                detail:
                    "it was not put together with its cache, which holds data that is nowhere else: a warning says why")
        case .dirty where hasCache, .clean where hasCache:
            return Proof("\(statement): its cache is here", holds: true)
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

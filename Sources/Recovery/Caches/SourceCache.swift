/// A backing device of bcache on the machine that was captured, and where its cache lies. Pure.
package struct SourceCache: Hashable, Sendable {
    /// "partition 2 of disk 1", "disk 1".
    package var title: String
    package var disk: UInt32
    package var state: CacheSuperblock.State
    package var isWriteBack: Bool
    /// Disks of the moment that hold devices of its cache set. None where that was not captured.
    package var caches: [UInt32]

    package init(
        title: String, disk: UInt32, state: CacheSuperblock.State, isWriteBack: Bool, caches: [UInt32]
    ) {
        self.title = title
        self.disk = disk
        self.state = state
        self.isWriteBack = isWriteBack
        self.caches = caches
    }

    /// What becomes of it when only these disks are restored; nil when all of it is, or it is not.
    package func warning(restoring restored: Set<UInt32>) -> String? {
        guard restored.contains(disk), state == .clean || state == .dirty else { return nil }
        let missing = Set(caches).subtracting(restored).sorted().map { "disk \($0)" }
        guard !missing.isEmpty || caches.isEmpty else { return nil }
        let because =
            caches.isEmpty
            ? "its cache was not captured"
            : "\(missing.joined(separator: " and ")) with its cache \(missing.count == 1 ? "is" : "are") left out"
        let with = caches.isEmpty ? "" : " Restore \(missing.joined(separator: " and ")) as well."
        guard state == .clean else {
            return
                "\(title) is a backing device of bcache whose cache held data that is NOWHERE ELSE\(isWriteBack ? " (write-back)" : ""): "
                + "\(because), and what lies on it WILL BE DAMAGED.\(with)"
        }
        return
            "\(title) is a backing device of bcache: \(because). Nothing is lost. Adapting it to the machine tells it to start "
            + "without; otherwise it waits for its cache (echo 1 > /sys/class/block/DEVICE/bcache/running starts it).\(with)"
    }
}

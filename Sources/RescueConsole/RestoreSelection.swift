package import Inventory

/// Where one disk of the moment goes. The target is kept as it was when the operator chose it: by what it is, not by its
/// name in /dev.
package struct DiskMapping: Hashable, Sendable {
    /// Number in the timeline.
    package var source: Int
    package var target: PresentDisk

    package init(source: Int, target: PresentDisk) {
        self.source = source
        self.target = target
    }
}

/// What the operator chose to restore.
package struct RestoreSelection: Hashable, Sendable {
    /// URL or directory.
    package var repository: String
    package var host: String
    package var moment: MomentChoice
    package var mapping: [DiskMapping]
    /// Whether the restored system is made to fit this machine afterwards; else its blocks stay as the moment has them.
    package var adapts = true
    /// Whether the last partition of each disk, and what it holds, shall use the room of a larger disk.
    package var grows = false
    /// Whether partitions are moved and made smaller where a target is.
    package var fits = false
    /// Whether disks with the same target are put behind one another on it.
    package var combines = false
    /// Whether a disk that has several targets is divided among them.
    package var splits = false

    package init(repository: String, host: String, moment: MomentChoice, mapping: [DiskMapping] = []) {
        self.repository = repository
        self.host = host
        self.moment = moment
        self.mapping = mapping
    }

    /// Each target once, with the disks that go to it.
    var targets: [(target: PresentDisk, sources: [Int])] {
        var found: [(target: PresentDisk, sources: [Int])] = []
        for chosen in mapping {
            if let known = found.firstIndex(where: { $0.target.path == chosen.target.path }) {
                found[known].sources.append(chosen.source)
            } else {
                found.append((chosen.target, [chosen.source]))
            }
        }
        return found
    }
}

internal import BlockDevices

/// A proposal where the disks of a dead machine could go. The operator decides; nothing is written by it.
package struct DiskProposal: Hashable, Sendable {
    /// Number of the source disk.
    package var source: Int
    /// nil when no disk of this machine will do.
    package var target: PresentDisk?
    /// Why, in words.
    package var reason: String
    /// Whether something is on the target that need not be worthless: it is not to be taken without being named.
    package var isPossibleOnly: Bool

    package init(source: Int, target: PresentDisk?, reason: String, isPossibleOnly: Bool = false) {
        self.isPossibleOnly = isPossibleOnly
        self.source = source
        self.target = target
        self.reason = reason
    }
}

extension DiskInventory {
    /// Proposes a target for every source disk, each target once: the same disk (serial or WWN), then one of the same
    /// size and model, then the smallest that fits, empty ones first. Never one that is in use, read-only, or holds
    /// the repository or the rescue medium. One that is not empty is only possible, unless it is the same disk; one that looks
    /// like a repository, or says that it is failing, is proposed only where it is the same disk.
    package static func proposeMapping(sources: [DiskDescription], targets: [PresentDisk]) -> [DiskProposal] {
        var free = targets.filter(\.obstacles.isEmpty)
        var proposals: [Int: DiskProposal] = [:]
        func pass(
            _ reason: String, isPossibleOnly: Bool = false, _ choose: (DiskDescription, [PresentDisk]) -> PresentDisk?
        ) {
            for source in sources where proposals[source.number] == nil {
                guard let target = choose(source, free.filter { fits(source, on: $0) }) else { continue }
                let isEmpty = target.contents?.isEmpty == true
                proposals[source.number] = DiskProposal(
                    source: source.number, target: target,
                    reason: reason + (isEmpty ? "" : "; it is not empty: \(target.summary)"),
                    isPossibleOnly: isPossibleOnly && !isEmpty)
                free.removeAll { $0.path == target.path }
            }
        }
        pass("the same disk, by its serial or WWN") { source, free in
            free.first { isSame(source.identity, $0.identity) }
        }
        free.removeAll { $0.repositoryLabel != nil || $0.health?.isFailing == true }
        pass("the same size and model", isPossibleOnly: true) { source, free in
            free.first {
                $0.geometry.sizeInBytes == source.sizeInBytes && source.identity.model != nil
                    && $0.identity.model == source.identity.model
            }
        }
        pass("the smallest empty disk that is large enough") { source, free in
            smallest(free.filter { $0.contents?.isEmpty == true })
        }
        pass("the smallest that is large enough", isPossibleOnly: true) { source, free in smallest(free) }
        return sources.map { source in
            proposals[source.number]
                ?? DiskProposal(source: source.number, target: nil, reason: refusal(source, targets))
        }
    }

    private static func fits(_ source: DiskDescription, on target: PresentDisk) -> Bool {
        target.geometry.sizeInBytes >= source.sizeInBytes
            && target.geometry.logicalSectorSize == source.logicalSectorSize
    }

    private static func isSame(_ one: DiskIdentity, _ other: DiskIdentity) -> Bool {
        (one.serial != nil && one.serial == other.serial) || (one.wwn != nil && one.wwn == other.wwn)
    }

    private static func smallest(_ disks: [PresentDisk]) -> PresentDisk? {
        disks.min { $0.geometry.sizeInBytes < $1.geometry.sizeInBytes }
    }

    /// Why nothing will do, disk by disk.
    private static func refusal(_ source: DiskDescription, _ targets: [PresentDisk]) -> String {
        let reasons = targets.map { target in
            let why =
                if target.geometry.sizeInBytes < source.sizeInBytes {
                    "holds \(target.geometry.sizeInBytes) bytes"
                } else if target.geometry.logicalSectorSize != source.logicalSectorSize {
                    "has sectors of \(target.geometry.logicalSectorSize) bytes instead of \(source.logicalSectorSize)"
                } else if let obstacle = target.obstacles.first {
                    obstacle
                } else if let label = target.repositoryLabel {
                    "looks like a repository or backup (label '\(label)')"
                } else if let health = target.health, health.isFailing {
                    "says that it is \(health.text)"
                } else {
                    "is proposed for another disk"
                }
            return "\(target.path) \(why)"
        }
        let need = "no disk for \(source.sizeInBytes) bytes"
        return reasons.isEmpty ? "\(need): this machine has none" : "\(need): \(reasons.joined(separator: ", "))"
    }
}

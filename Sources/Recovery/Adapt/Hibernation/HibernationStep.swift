internal import BlockDevices

/// Hibernation images in the swap space of a restored system. Resuming one would put the memory of an earlier time over disks
/// that have gone on since (or whose journals were replayed by this adaptation), and destroy their file systems: so the image
/// is discarded, as the kernel does it, and the system starts afresh.
package struct HibernationStep: AdaptationStep {
    package let name = "hibernation"

    package init() {}

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        let survey = HibernationSurvey(system)
        var plan = AdaptationPlan(warnings: survey.warnings)
        for space in survey.spaces {
            guard let signature = space.signature, case .suspended(let original) = signature.state else { continue }
            guard let original, let action = Self.action(space.place, UInt64(signature.offset), original) else {
                plan.warnings.append("\(space.words) \(Self.leftWords(space, system))")
                continue
            }
            plan.changes.append(
                AdaptationChange(
                    action,
                    reason: "\(space.words): the hibernation image in it is discarded (its signature becomes "
                        + "\(String(decoding: original, as: UTF8.self)) again), as it does not match the restored disks and "
                        + "resuming it would destroy them"))
            plan.warnings.append(
                "The host was hibernated when \(space.words) was captured: what was in its memory and not on its disks is lost, "
                    + "and it starts afresh.")
        }
        return plan
    }

    private static func action(
        _ place: HibernationSurvey.Space.Place, _ offset: UInt64, _ bytes: [UInt8]
    ) -> AdaptationChange.Action? {
        switch place {
        case .volume(let index): .writeVolume(volume: index, offset: offset, bytes: bytes)
        case .file(let path): .overwrite(path: path, offset: offset, bytes: bytes)
        // The file system there is mounted, and which of its files that is nothing tells.
        case .offset: nil
        }
    }

    private static func leftWords(_ space: HibernationSurvey.Space, _ system: RestoredSystem) -> String {
        let what =
            "holds a hibernation image that was left as it is, and resuming it would destroy the restored disks: "
        let start = "Before the system starts, "
        switch space.place {
        case .volume(let index):
            let superblock = system.volumes[index].superblock
            let uuid = superblock.uuid.map { " -U \($0)" } ?? ""
            let label = superblock.label.map { " -L \($0)" } ?? ""
            return what + "its header does not say what it was before. \(start)run \"mkswap\(uuid)\(label)\" on it."
        case .file:
            return what + "its header does not say what it was before. \(start)run \"mkswap\" on the file."
        case .offset:
            return what
                + "which swap file it is nothing tells. \(start)run \"mkswap\" on that file, or add noresume to the "
                + "command line of its first start."
        }
    }

    /// That no kernel resumes from any swap space.
    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        HibernationSurvey(system).spaces.map { space in
            let statement = "no hibernation image is in \(space.words)"
            guard space.signature != nil else {
                return Proof(
                    statement, holds: false,
                    detail: "it has no signature of swap that is known here; make it anew by mkswap")
            }
            return Proof(
                statement, holds: !space.isSuspended, detail: space.isSuspended ? Self.leftWords(space, system) : "")
        }
    }
}

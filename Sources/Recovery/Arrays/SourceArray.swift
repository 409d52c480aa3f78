/// An md array of the machine that was captured, and the disks of the moment that its members are on. Pure.
package struct SourceArray: Hashable, Sendable {
    /// "web01:0", or its UUID.
    package var name: String
    /// nil where no member could be read.
    package var level: ArrayLevel?
    /// How many members it has when it is whole.
    package var memberCount: Int
    /// The disk of each member that held data, by its number on the timeline.
    package var disks: [UInt32]

    package init(name: String, level: ArrayLevel?, memberCount: Int, disks: [UInt32]) {
        self.name = name
        self.level = level
        self.memberCount = memberCount
        self.disks = disks
    }

    /// What becomes of what it stands in for when several of its members come to lie on one disk; nil when at most one does, or
    /// when it stood in for nothing.
    package func warning(combining combined: Set<UInt32>) -> String? {
        let members = disks.filter(combined.contains)
        guard members.count > 1, level.map({ [1, 4, 5, 6, 10].contains($0.number) }) ?? true else { return nil }
        let array = "array \(name)" + (level.map { " (\($0))" } ?? "")
        let leave = level?.number == 1 ? " Or leave all but one of these disks out: it then starts degraded." : ""
        return
            "\(members.count) members of \(array) will lie on ONE disk: it no longer stands in for a disk that fails, and writes "
            + "everything \(members.count) times there. Move a member to another disk later (mdadm --manage).\(leave)"
    }

    /// What becomes of it when only these disks are restored; nil when it is whole, or none of its disks is restored.
    package func warning(restoring restored: Set<UInt32>) -> String? {
        let present = disks.filter(restored.contains).count
        guard present > 0, present < memberCount else { return nil }
        let missing = Set(disks).subtracting(restored).sorted().map { "disk \($0)" }
        let because =
            missing.isEmpty
            ? "it was captured like this"
            : "\(missing.joined(separator: " and ")) \(missing.count == 1 ? "is" : "are") left out"
        let members = "\(present) of \(memberCount) members"
        guard let level else {
            return "array \(name) has \(members): \(because). Its level is not known, and so whether it starts."
        }
        let array = "array \(name) (\(level))"
        let later = "Add a disk to it after the start (mdadm --manage ARRAY --add PARTITION)."
        switch level.start(with: present, of: memberCount) {
        case .whole: return nil
        case .degraded: return "\(array) will start DEGRADED, with \(members): \(because). \(later)"
        case .doubtful:
            return
                "\(array) will start DEGRADED, with \(members), if these hold \(level.need(of: memberCount)): \(because). \(later)"
        case .impossible:
            return
                "\(array) WILL NOT START with \(members): it needs \(level.need(of: memberCount)), and \(because). Restore "
                + "\(missing.isEmpty ? "another moment" : "them as well")."
        }
    }
}

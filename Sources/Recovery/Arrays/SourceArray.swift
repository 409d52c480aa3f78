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

/// An md array on restored disks, as it was found when its members were put together.
package struct RestoredArray: Hashable, Sendable {
    /// "web01:0", or its UUID.
    package var name: String
    /// nil of a superblock that is not known.
    package var level: ArrayLevel?
    /// Members that it has when it is whole; nil as above.
    package var memberCount: Int?
    /// Members with its data that are here.
    package var present: Int
    /// Whether it runs.
    package var isStarted: Bool

    package init(name: String, level: ArrayLevel?, memberCount: Int?, present: Int, isStarted: Bool) {
        self.name = name
        self.level = level
        self.memberCount = memberCount
        self.present = present
        self.isStarted = isStarted
    }

    private var title: String { "array \(name)" + (level.map { " (\($0))" } ?? "") }

    package var isDegraded: Bool { memberCount.map { present < $0 } ?? false }

    package var proof: Proof {
        let members = memberCount.map { "\(present) of \($0) members" } ?? "\(present) members"
        guard isStarted else {
            return Proof("\(title) starts", holds: false, detail: "\(members) are here. \(obstacle)")
        }
        return Proof("\(title) starts: \(isDegraded ? "degraded, " : "")\(members)", holds: true)
    }

    /// Why it does not run.
    private var obstacle: String {
        let silent = "mdadm did not start it: its words are a warning."
        guard let level, let memberCount else { return silent }
        switch level.start(with: present, of: memberCount) {
        case .whole, .degraded: return silent
        case .doubtful, .impossible:
            return "It needs \(level.need(of: memberCount)): restore the disks with the others as well."
        }
    }

    /// What an operator has to know of an array that is not whole.
    package var warning: String? {
        guard isStarted, isDegraded, let memberCount else { return nil }
        return
            "\(title) is degraded: \(present) of \(memberCount) members. The first start may wait half a minute for the others. Give "
            + "it a disk soon (mdadm --manage ARRAY --add PARTITION): until then nothing stands in for one that fails."
    }
}

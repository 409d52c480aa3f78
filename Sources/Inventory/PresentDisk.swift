package import BlockDevices
package import RepositoryFormat

/// A disk of the machine we run on, as the operator must see it before choosing one.
package struct PresentDisk: Hashable, Sendable {
    /// Why a disk must not be a target although nothing uses it.
    package enum Role: String, Hashable, Sendable {
        case repository
        case rescueMedium

        package var description: String {
            switch self {
            case .repository: "holds the repository"
            case .rescueMedium: "is the rescue medium"
            }
        }
    }

    /// "/dev/nvme0n1".
    package var path: String
    /// Further devices that are the same disk, reached another way (multipath). Written through `path` only.
    package var otherPaths: [String] = []
    package var identity: DiskIdentity
    package var geometry: DiskGeometry
    package var isRemovable: Bool
    package var isReadOnly: Bool
    /// nil when the disk could not be read; `problem` says why.
    package var contents: DiskContents?
    package var problem: String?
    /// What restore was writing to it when the machine went down.
    package var interrupted: RestoreNote?
    package var use: DiskUse
    package var roles: Set<Role>
    /// What it says of its own health; nil where it cannot be asked.
    package var health: DiskHealth?

    package init(
        path: String, identity: DiskIdentity = DiskIdentity(), geometry: DiskGeometry, isRemovable: Bool = false,
        isReadOnly: Bool = false, contents: DiskContents? = DiskContents(), problem: String? = nil,
        use: DiskUse = DiskUse(), roles: Set<Role> = [],
        health: DiskHealth? = nil
    ) {
        self.path = path
        self.identity = identity
        self.geometry = geometry
        self.isRemovable = isRemovable
        self.isReadOnly = isReadOnly
        self.contents = contents
        self.problem = problem
        self.use = use
        self.roles = roles
        self.health = health
    }

    /// Why it cannot be a target; empty when it can.
    package var obstacles: [String] {
        var found = roles.map(\.description).sorted()
        if isReadOnly { found.append("is write-protected") }
        if !use.isFree { found.append("is in use (\(use))") }
        if let problem { found.append("cannot be read (\(problem))") }
        return found
    }

    /// What is on it now, in one line: "GPT, 3 partitions: vfat 'ESP', ext4 'root', LVM2_member; held by vg0".
    package var summary: String { use.isFree ? found : "\(found); \(use)" }

    /// The same without who uses it.
    package var found: String {
        guard let contents else { return "cannot be read" }
        guard let interrupted else { return contents.summary }
        let words = "an interrupted restore of \(interrupted.host), \(interrupted.percent) %"
        return contents.isEmpty ? words : "\(words); \(contents.summary)"
    }

    /// All devices that are this disk.
    package var allPaths: [String] { [path] + otherPaths }

    /// The label by which it looks like a disk with a repository, which no proposal shall erase.
    package var repositoryLabel: String? {
        guard let contents, !contents.isRescueMedium else { return nil }
        return (contents.signatures.all + contents.partitions.flatMap(\.signatures.all)).compactMap(\.label)
            .first { label in ["lifeboat", "backup"].contains { label.lowercased().contains($0) } }
    }

    /// For the plan, when it is a target; nil when it is well, or does not say.
    package var healthWarning: String? {
        guard let health, health.isFailing else { return nil }
        return "\(target.description) says that it is \(health.text). A restore to it may not last: use another disk."
    }

    package var target: TargetIdentity {
        TargetIdentity(
            kind: .device, serial: identity.serial, wwn: identity.wwn, model: identity.model,
            sizeInBytes: geometry.sizeInBytes, path: path)
    }
}

extension DiskContents {
    /// "empty", or table, number of partitions and signatures.
    package var summary: String {
        var parts = signatures.all.isEmpty ? [] : [signatures.summary]
        if let table {
            let kind = table.kind == "dos" ? "MBR" : table.kind.uppercased()
            let count = "\(partitions.count) partition\(partitions.count == 1 ? "" : "s")"
            let found = partitions.map(\.signatures.summary).filter { !$0.isEmpty }.joined(separator: ", ")
            parts.append("\(kind), \(count)" + (found.isEmpty ? "" : ": \(found)"))
        }
        return parts.isEmpty ? "empty" : parts.joined(separator: "; ")
    }
}

extension Signatures {
    /// "ext4 'root'", or "ambivalent (xfs or ext4)".
    var summary: String {
        let names = all.map { superblock in superblock.label.map { "\(superblock.type) '\($0)'" } ?? superblock.type }
        if case .ambivalent = self { return "ambivalent (\(names.joined(separator: " or ")))" }
        return names.joined()
    }
}

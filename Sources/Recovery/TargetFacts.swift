package import BlockDevices
package import Inventory
package import RepositoryFormat

/// What was found where a restore shall write: everything that a plan decides on.
package struct TargetFacts: Sendable {
    package enum Kind: Hashable, Sendable {
        case device
        case file
        /// Nothing of that name yet; an image file can be created there.
        case absent
        /// Neither, or not to be looked at; why, in words.
        case unusable(String)
    }

    /// As the operator gave it.
    package var path: String
    package var kind: Kind
    /// Everything it shares bytes with: device numbers, partitions, files behind loop devices; for what is not there
    /// yet, its path without links. Two targets that share one are the same.
    package var overlaps: Set<String>
    package var geometry: DiskGeometry
    /// What must be named to confirm it.
    package var identity: TargetIdentity
    /// What is on it now, in words.
    package var contents = ""
    /// What has to be typed to confirm it, in words.
    package var confirmation = ""
    /// What restore was writing to it when that ended.
    package var interrupted: RestoreNote?
    package var use = DiskUse()
    package var isWriteProtected = false
    /// Of an image file: what it has on its file system already plus what is free there; nil when that does not matter.
    package var roomInBytes: UInt64?
    /// Is an object of the repository, or would lie among them.
    package var isInsideRepository = false
    /// The repository lies on it.
    package var holdsRepository = false
    /// This machine was started from it.
    package var isRescueMedium = false

    package init(path: String, kind: Kind, overlaps: Set<String>, geometry: DiskGeometry, identity: TargetIdentity) {
        self.path = path
        self.kind = kind
        self.overlaps = overlaps
        self.geometry = geometry
        self.identity = identity
    }

    /// "/dev/nvme0n1 (Samsung PM9A3, S5XYZ)".
    package var displayName: String {
        let details = [identity.model, identity.serial ?? identity.wwn].compactMap { $0 }
        return details.isEmpty ? path : "\(path) (\(details.joined(separator: ", ")))"
    }

    /// Whether this is still what was planned with: same kind, size, serial and WWN; a file must be the same file.
    func isStill(_ planned: TargetFacts) -> Bool {
        kind == planned.kind && geometry == planned.geometry && identity == planned.identity
            && (kind == .device || overlaps == planned.overlaps)
    }
}

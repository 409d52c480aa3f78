/// Where a repository in a directory may lie.
package enum RepositoryPlace: Hashable, Sendable {
    /// A file system on a disk of this machine.
    case fileSystem(LocalFileSystem)
    /// "server:/export".
    case export(String)
    /// Mounted already.
    case directory(String)

    package var description: String {
        switch self {
        case .fileSystem(let system): "\(system.path) (\(system.kind)\(system.label.map { " '\($0)'" } ?? ""))"
        case .export(let text), .directory(let text): text
        }
    }
}

/// A file system that could be mounted.
package struct LocalFileSystem: Hashable, Sendable {
    /// "/dev/sdb1".
    package var path: String
    /// libblkid's name: "ext4".
    package var kind: String
    package var label: String?
    package var uuid: String?
    package var sizeInBytes: UInt64
    /// Its disk: "/dev/sdb (SanDisk Ultra, 4C53…), usb".
    package var disk: String
    /// Of its disk: the serial number, else the WWN.
    package var serial: String?

    package init(
        path: String, kind: String, label: String?, uuid: String?, sizeInBytes: UInt64, disk: String,
        serial: String? = nil
    ) {
        self.path = path
        self.kind = kind
        self.label = label
        self.uuid = uuid
        self.sizeInBytes = sizeInBytes
        self.disk = disk
        self.serial = serial
    }

    /// The one of these that it was. Its name may belong to another disk by now; and disks that were copied block by block have one
    /// UUID and label, so that only the disk's serial number, or else the name, tells them apart.
    package func found(in systems: [LocalFileSystem]) -> LocalFileSystem? {
        let same = systems.filter(isSame)
        return same.count > 1 ? same.first { $0.path == path } : same.first
    }

    private func isSame(_ other: LocalFileSystem) -> Bool {
        kind == other.kind && uuid == other.uuid && label == other.label && sizeInBytes == other.sizeInBytes
            && serial == other.serial && (uuid != nil || path == other.path)
    }
}

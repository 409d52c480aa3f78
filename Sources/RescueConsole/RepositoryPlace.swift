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

    package init(path: String, kind: String, label: String?, uuid: String?, sizeInBytes: UInt64, disk: String) {
        self.path = path
        self.kind = kind
        self.label = label
        self.uuid = uuid
        self.sizeInBytes = sizeInBytes
        self.disk = disk
    }
}

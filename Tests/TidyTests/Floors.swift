/// Which room stands on which floor, and the few edges within one (docs/architecture.md).
///
/// A new room is entered here first. An edge within a floor needs its line and its reason.
enum Floors {
    static let rooms: [[String]] = [
        [
            "Buffers", "CBlkid", "CCurl", "CZstd", "CCrypto", "CXXHash", "CExt2fs", "CNBD", "CNBDKit", "CLMDB",
            "CZlib", "CLZMA", "CLZ4", "CNcurses", "CTOML", "CExpat", "CSQLite", "CHivex", "CFuse", "CLinuxShim",
        ],
        [
            "LinuxSystem", "Digests", "Zstd", "Transfer", "BlockDevices", "FileSystems", "DiskImages",
            "RepositoryFormat", "Progress", "KeyValueStore", "Certificates", "Archives", "TerminalScreen", "Answers",
            "Markup", "SQLite",
            "Registry", "FileMounts", "Networking",
        ],
        ["Inventory", "Repository"],
        ["Capture", "Recovery", "RepositoryServer", "RescueConsole", "Drills"],
        ["lifeboat", "lifeboat-rescue", "NBDPlugin"],
    ]

    static let edgesWithinAFloor: Set<Edge> = [
        // Devices, file systems and images are reached through the one door to the kernel.
        Edge("BlockDevices", "LinuxSystem"),
        Edge("FileSystems", "LinuxSystem"),
        Edge("DiskImages", "LinuxSystem"),
        // Both see a disk as a block source.
        Edge("FileSystems", "BlockDevices"),
        Edge("DiskImages", "BlockDevices"),
        // An initramfs is a file, and is packed with zstd as often as not.
        Edge("Archives", "LinuxSystem"),
        Edge("Archives", "Zstd"),
        // hivex reads a file: a copy in memory.
        Edge("Registry", "LinuxSystem"),
        // A mount is a directory and a thread.
        Edge("FileMounts", "LinuxSystem"),
        // An answer file with settings of the network that cannot be understood is refused as a whole.
        Edge("Answers", "Networking"),
        // Checksums of headers found on disks.
        Edge("FileSystems", "Digests"),
        // Identities are part of the format.
        Edge("RepositoryFormat", "Digests"),
        // The screens show what a restore plans and does.
        Edge("RescueConsole", "Recovery"),
        // A drill makes a moment fit for the machine that it emulates.
        Edge("Drills", "Recovery"),
    ]

    /// Packages of others: the lowest floor that may know them, and the only rooms, where it is few.
    static let outside: [String: (floor: Int, only: Set<String>?)] = [
        "Logging": (1, nil),
        "ArgumentParser": (4, nil),
        "Hummingbird": (3, ["RepositoryServer"]),
        "HummingbirdCore": (3, ["RepositoryServer"]),
        "HummingbirdTLS": (3, ["RepositoryServer"]),
        "HTTPTypes": (3, ["RepositoryServer"]),
        "NIOCore": (3, ["RepositoryServer"]),
        "NIOPosix": (3, ["RepositoryServer"]),
        "NIOFileSystem": (3, ["RepositoryServer"]),
        "ServiceLifecycle": (3, ["RepositoryServer"]),
        "UnixSignals": (3, ["RepositoryServer"]),
    ]

    /// What comes with the toolchain and binds to nothing.
    static let toolchain: Set<String> = ["Glibc", "Synchronization", "FoundationEssentials", "Foundation", "Dispatch"]

    struct Edge: Hashable, CustomStringConvertible {
        let from: String
        let to: String
        init(_ from: String, _ to: String) {
            self.from = from
            self.to = to
        }
        var description: String { "\(from) → \(to)" }
    }

    static func floor(of room: String) -> Int? { rooms.firstIndex { $0.contains(room) } }

    /// Why `edge` is not allowed, or nil.
    static func objection(to edge: Edge) -> String? {
        guard let from = floor(of: edge.from) else { return "\(edge.from) has no floor: enter it in Floors.swift" }
        if let outside = outside[edge.to] {
            if from < outside.floor { return "\(edge): only from floor \(outside.floor) up" }
            if let only = outside.only, !only.contains(edge.from) { return "\(edge): only \(only) may" }
            return nil
        }
        guard let to = floor(of: edge.to) else { return "\(edge): \(edge.to) is not entered in Floors.swift" }
        if to > from { return "\(edge) points up, from floor \(from) to floor \(to)" }
        if to == from, !edgesWithinAFloor.contains(edge) { return "\(edge) lies within floor \(to) and is not listed" }
        return nil
    }
}

internal import LinuxSystem
internal import SQLite

/// The files of /etc/pve, which a running Proxmox VE shows from a database (/var/lib/pve-cluster/config.db, table `tree`).
struct ProxmoxDatabase {
    static let path = "/var/lib/pve-cluster/config.db"

    /// Path below /etc/pve → content: "nodes/pve/qemu-server/100.conf".
    private(set) var files: [String: [UInt8]] = [:]

    /// pmxcfs holds at most 128 MiB in memory and as many files; real ones have less than one.
    private static let largestSize = 32 << 20
    private static let mostFiles = 1 << 16

    /// nil when the system has none. Reads a copy with what waits in the write-ahead log; the restored file stays as it is.
    init?(of tree: SystemTree) throws {
        guard let database = try tree.contents(of: Self.path, limit: Self.largestSize) else { return nil }
        let log = try tree.contents(of: "\(Self.path)-wal", limit: Self.largestSize)
        let directory = try WorkDirectory.path("pve")
        try Files.makeDirectories(directory, mode: 0o700)
        defer { Self.remove(directory) }
        let copy = "\(directory)/config.db"
        try Files.write(database, to: copy, mode: 0o600)
        if let log { try Files.write(log, to: "\(copy)-wal", mode: 0o600) }
        let rows = try SQLiteFile(path: copy).rows(
            "SELECT inode, parent, type, name, data FROM tree", limit: Self.mostFiles)
        read(rows)
    }

    private static func remove(_ directory: String) {
        // What stays lies in memory of the rescue system and goes with it.
        for name in (try? Files.names(in: directory)) ?? [] { _ = try? Files.remove("\(directory)/\(name)") }
        // The same.
        try? Files.removeDirectory(directory)
    }

    private mutating func read(_ rows: [[SQLiteFile.Value]]) {
        var entries: [Int64: (parent: Int64, name: String)] = [:]
        var contents: [(inode: Int64, bytes: [UInt8])] = []
        for row in rows {
            guard case .integer(let inode) = row[0], case .integer(let parent) = row[1],
                case .integer(let type) = row[2],
                case .text(let name) = row[3]
            else { continue }
            entries[inode] = (parent, name)
            // DT_REG of readdir(3). An empty file has no data.
            guard type == 8 else { continue }
            switch row[4] {
            case .bytes(let bytes): contents.append((inode, bytes))
            case .text(let text): contents.append((inode, Array(text.utf8)))
            default: contents.append((inode, []))
            }
        }
        for (inode, bytes) in contents {
            var path: [String] = []
            var next = inode
            // Entry 0 is the root. /etc/pve is at most four deep; a damaged database may have loops.
            while next != 0, path.count < 16, let entry = entries[next] {
                path.insert(entry.name, at: 0)
                next = entry.parent
            }
            if next == 0 { files[path.joined(separator: "/")] = bytes }
        }
    }
}

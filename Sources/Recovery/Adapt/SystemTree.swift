package import LinuxSystem

/// The files of a restored system, mounted below a directory of this machine.
///
/// Every path is that system's own ("/etc/fstab") and is resolved inside its root, so that no link in it leads out. Writing
/// replaces files whole and durably, and keeps owner, mode and labels.
package struct SystemTree: Sendable {
    /// Where its root is mounted here.
    package let root: String

    package init(root: String) { self.root = root }

    /// The path on this machine; nil when there is no such file.
    package func path(_ path: String) throws(SystemCallError) -> String? { try Files.path(path, inRoot: root) }

    /// Whether a file of any kind has this name.
    package func contains(_ path: String) -> Bool {
        // What cannot be looked at is not there for anybody.
        (try? self.path(path)) ?? nil != nil
    }

    package var hasSystemd: Bool { ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"].contains(where: contains) }

    /// The whole file; nil when it is not there. More than `limit` bytes is `EFBIG`.
    package func contents(of path: String, limit: Int = 4 << 20) throws(SystemCallError) -> [UInt8]? {
        guard let found = try self.path(path) else { return nil }
        return try Files.contents(of: found, limit: limit)
    }

    /// The whole file as text; nil when it is not there. Bytes that are not UTF-8 become replacement characters, so a caller
    /// that writes the text back compares first.
    package func text(of path: String, limit: Int = 4 << 20) throws(SystemCallError) -> String? {
        try contents(of: path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Names in a directory, sorted; empty when it is not there.
    package func names(in path: String) throws(SystemCallError) -> [String] {
        guard let found = try self.path(path), try Files.status(found)?.kind == .directory else { return [] }
        return try Files.names(in: found)
    }

    /// Replaces a file or makes it, with the directories above it. A link is followed, inside the root.
    package func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(SystemCallError) {
        if let found = try self.path(path) { return try Files.replace(found, with: bytes, mode: mode) }
        try Files.replace(
            "\(try directory(Files.parent(of: path)))/\(Files.lastComponent(of: path))", with: bytes, mode: mode)
    }

    /// Removes a file; says whether there was one. A link is removed, not what it points to.
    @discardableResult
    package func remove(_ path: String) throws(SystemCallError) -> Bool {
        guard let folder = try self.path(Files.parent(of: path)) else { return false }
        let removed = try Files.remove("\(folder)/\(Files.lastComponent(of: path))")
        if removed { try Files.synchronizeDirectory(folder) }
        return removed
    }

    /// The path here of a directory, made with all above it when it is missing.
    private func directory(_ path: String) throws(SystemCallError) -> String {
        if let found = try self.path(path) { return found }
        let made = "\(try directory(Files.parent(of: path)))/\(Files.lastComponent(of: path))"
        try Files.makeDirectories(made)
        try Files.inheritLabel(try FileDescriptor(made, [.directory]))
        return made
    }
}

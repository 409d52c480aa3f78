internal import Repository
internal import RepositoryFormat

/// Which objects of the tree are served, and how long a cache may keep them (docs/http-api.md).
enum ServedObject {
    /// Whether `name` is one of the objects readers need. Locks, leases and temporary files are not.
    static func isServed(_ name: String) -> Bool {
        guard ObjectName.isSafe(name) else { return false }
        return name == ObjectName.repository || name == ObjectName.hosts || name.hasPrefix("hosts/")
            || name.hasPrefix(ObjectName.packs)
    }

    /// Whether it is replaced in place: `hosts.json` and the pointers. `lifeboat.json` may gain key slots.
    static func isMutable(_ name: String) -> Bool {
        name == ObjectName.hosts || name == ObjectName.repository
            || (name.hasPrefix("hosts/") && name.hasSuffix("/head"))
    }
}

internal import CLMDB

/// What LMDB could not do. `isDamage` says that the file is not a store, or not a whole one: delete it and begin anew.
package struct KeyValueError: Error, CustomStringConvertible, Sendable {
    package let description: String
    package let isDamage: Bool
    /// The medium has no room left (`ENOSPC`, or the largest size the store may have).
    package let isOutOfSpace: Bool

    init(_ call: String, _ code: Int32) {
        description = "\(call): \(String(cString: mdb_strerror(code)))"
        isDamage = [MDB_CORRUPTED, MDB_INVALID, MDB_VERSION_MISMATCH, MDB_PAGE_NOTFOUND, MDB_PANIC, MDB_INCOMPATIBLE]
            .contains(code)
        isOutOfSpace = code == 28 || code == MDB_MAP_FULL
    }
}

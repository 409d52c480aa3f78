package import Buffers

/// Where the repository's objects lie: a directory, or any web server that serves the same tree.
///
/// Names are relative paths of docs/format.md ("packs/3f/…"), already checked by `ObjectName`. Calls block, may come
/// from several threads, and retry by themselves what a retry can mend. Nothing that comes back is trusted: the
/// caller verifies digests.
package protocol ObjectStore: AnyObject, Sendable {
    /// As the operator gave it: a path or an http(s) URL.
    var location: String { get }

    /// A whole object of at most `limit` bytes. Throws `notFound`, `wrongLength` (longer than `limit`), `unreachable`.
    func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8]

    /// Exactly the bytes from `offset` that fill `slice`; fewer is `wrongLength`.
    func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError)

    /// Length in bytes, or nil when the object is not there.
    func length(of name: String) throws(StoreError) -> UInt64?
}

/// A store that can also be listed and written: today the directory.
package protocol WritableObjectStore: ObjectStore {
    /// Names of all objects below `prefix` ("packs/"), in no order. Temporary files are left out.
    func list(_ prefix: String) throws(StoreError) -> [String]

    /// Stores an object durably unless one of this name is there already; says whether it did. After return the
    /// bytes survive a power cut; before it no reader sees any of them.
    func create(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool

    /// The same for a small object.
    func create(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool

    /// Makes an object durable whose name vouches for its bytes, and says whether it had to be written. The directory's way
    /// is an extension's: what is there already is compared, and replaced when it is damaged.
    func ensure(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool

    /// The same for a small object.
    func ensure(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool

    /// Stores several small objects whose names vouch for their bytes, all durable on return; names the ones that were not
    /// there, or not whole.
    func ensureAll(_ objects: [(name: String, bytes: [UInt8])]) throws(StoreError) -> [String]

    /// Replaces a mutable pointer ("hosts.json", "hosts/…/head") durably and atomically.
    func replace(_ name: String, _ bytes: [UInt8]) throws(StoreError)

    /// Runs `body` as the only writer of what `name` stands for, or throws `locked`.
    func exclusively<Result>(_ name: String, _ body: () throws -> Result) throws -> Result
}

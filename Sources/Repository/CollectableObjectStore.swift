/// A store from which objects can also be removed: what collection needs (format.md, section 14).
package protocol CollectableObjectStore: WritableObjectStore {
    /// Removes objects; those that are not there already are no error. On return the removal survives a power cut.
    func remove(_ names: [String]) throws(StoreError)

    /// Says that a writer is at work until the lease is let go of, or the process ends.
    func lease() throws(StoreError) -> any WriterLease

    /// Names of the leases whose writers are at work; the others may be removed.
    func heldLeases(removingDead: Bool) throws(StoreError) -> Set<String>

    /// Removes temporary files that nobody has written to since `limit` (nanoseconds since 1970, UTC); gives their bytes.
    func removeLeftovers(before limit: Int64) throws(StoreError) -> UInt64

    /// Condemned names known to the writers of this process, each with the list that holds it.
    var condemned: CondemnedNames { get }
}

/// Held by a writer from before it looks at what is there until it is done.
package protocol WriterLease: AnyObject, Sendable {
    /// Below `leases/`.
    var name: String { get }
}

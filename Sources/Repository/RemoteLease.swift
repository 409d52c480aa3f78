/// A server's lease on a host for one that writes for months: given back when this goes.
///
/// What a server's collection condemns waits for the leases of that time, so the lease is changed for a new one now and then.
final class RemoteLease {
    private let store: HTTPWritableStore
    private let host: String

    /// Throws `locked` while another capture of the host runs.
    init(_ store: HTTPWritableStore, host: String) throws(RepositoryError) {
        self.store = store
        self.host = host
        _ = try store.begin(host: host)
    }

    deinit { store.end(host: host) }

    /// A new lease in place of this one; what was known of other packs before may be collected from now on. Throws `locked`
    /// when another capture was faster: then this writer is about to be overtaken.
    func renew() throws(RepositoryError) {
        store.end(host: host)
        _ = try store.begin(host: host)
    }

    /// Goes on after a renewal that failed half-way.
    func ensure() throws(RepositoryError) {
        if !store.hasBegun { _ = try store.begin(host: host) }
    }
}

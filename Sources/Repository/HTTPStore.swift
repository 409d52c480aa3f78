package import Buffers
internal import RepositoryFormat
internal import Transfer

/// A repository's objects behind any web server that serves the same tree, listings off included. Read-only.
///
/// What a retry can mend (name, route, connection, stall, 5xx) is tried again for as long as `patience` says; a part
/// that broke off goes on where it broke. Any number of threads.
package final class HTTPStore: ObjectStore {
    package let location: String
    let base: HTTPAddress
    let client: HTTPClient

    /// Before anything is written: somebody sits there, and nothing is lost by saying no.
    package static let preflightPatience = Duration.seconds(15)
    /// During a restore: a switch that reboots must not end it.
    package static let restorePatience = Duration.seconds(600)

    /// Nothing is read yet. `patience` is how long to go on without a byte of progress, nil for ever; see
    /// `setPatience`. `shouldStop` is asked on all threads, about once a second and whenever bytes arrive; true makes every read throw `interrupted`. `observer`
    /// hears of every failed attempt that will be repeated, on the thread that waits. Throws `unsupported` when `url`
    /// is no http(s) URL of a folder.
    package init(
        url: String, patience: Duration? = preflightPatience, access: RepositoryAccess = .open,
        shouldStop: @escaping @Sendable () -> Bool = { false },
        observer: (@Sendable (Retry) -> Void)? = nil
    ) throws(StoreError) {
        do {
            base = try HTTPAddress(url)
        } catch {
            throw StoreError(
                .unsupported,
                "\(error.url) is not the address of a repository: \(error.reason). Give one such as "
                    + "http://backup.example:8080/repository.")
        }
        location = base.description
        client = HTTPClient(
            options: access.options, retry: RetryPolicy(patience: patience),
            shouldStop: shouldStop, observer: { notice in observer?(Retry(notice)) })
    }

    /// Changes the patience for reads that start from now on: short before the first write, long during a restore.
    package func setPatience(_ patience: Duration?) { client.retry = RetryPolicy(patience: patience) }

    package func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] {
        do {
            return try client.get(address(of: name), limit: limit, revalidate: Self.isReplaced(name))
        } catch { throw storeError(error, reading: name) }
    }

    package func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        guard slice.count > 0 else { return }
        let (end, overflow) = offset.addingReportingOverflow(UInt64(slice.count))
        guard !overflow else {
            throw StoreError(.wrongLength, "\(name) cannot hold bytes from \(offset) on.")
        }
        do {
            try client.get(address(of: name), range: offset..<end, into: slice)
        } catch { throw storeError(error, reading: name) }
    }

    package func length(of name: String) throws(StoreError) -> UInt64? {
        let facts: ObjectFacts
        do {
            facts = try client.head(address(of: name))
        } catch {
            if error.code == .notFound { return nil }
            throw storeError(error, reading: name)
        }
        guard let length = facts.length else {
            throw StoreError(
                .unsupported,
                "\(base) does not say how long \(name) is. \(Self.servedPlainly)")
        }
        return length
    }

    func address(of name: String) -> HTTPAddress {
        precondition(ObjectName.isSafe(name), "unsafe object name \(name)")
        return base.appending(name)
    }

    /// The objects that docs/format.md section 2 calls mutable; caches on the way must ask the server for them.
    private static func isReplaced(_ name: String) -> Bool { name == "hosts.json" || name.hasSuffix("/head") }
}

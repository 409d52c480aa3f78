package import Digests
internal import LinuxSystem
package import RepositoryFormat

/// Publishes changes of a host's history: each is applied to whatever the newest head says, and again when somebody else
/// was faster. One thread at a time; several publishers of one host may be at work.
package final class HistoryPublisher {
    package let repository: Repository
    package let host: HostList.Host
    private let store: any WritableObjectStore
    /// Whether the caller holds a lease and read the lists of condemned objects; else every `amend` does so itself.
    package var holdsLease = false
    /// The newest head known.
    package private(set) var head: Head
    package private(set) var digest: Digest

    /// Throws `badInput` for a store that can only be read.
    package init(_ timeline: Timeline) throws(RepositoryError) {
        repository = timeline.repository
        host = timeline.host
        head = timeline.head
        digest = timeline.headDigest
        guard let store = repository.store as? any WritableObjectStore else {
            throw RepositoryError(
                .badInput, "The repository at \(repository.store.location) can only be read from here.")
        }
        self.store = store
    }

    /// Publishes a new head: `edit` changes a copy of the newest one, or says false when there is nothing to do.
    ///
    /// `epoch` is that of the writer who asks; with a newer one in the head it was overtaken: throws `locked`, and nothing
    /// is published. Everything the new head names must be durable already; manifests are written here.
    @discardableResult
    package func amend(
        epoch: UInt64? = nil, program: String, _ edit: (inout Head) throws(RepositoryError) -> Bool
    ) throws(RepositoryError) -> Bool {
        let lease = try holdsLease ? nil : beginWriting()
        defer { extendLifetime(lease) }
        do {
            // Under the lock no other publisher is faster, and none can move the pointer back.
            return try store.waiting(for: "head-\(host.id.text)") {
                // Heads behind the known one may have been collected: that none is there says nothing, the pointer does.
                (head, digest) = try repository.newestHead(of: host, known: (head, digest))
                while true {
                    if let epoch, head.epoch != epoch { throw fenced(head.epoch) }
                    var next = head
                    next.number += 1
                    next.previous = digest
                    next.time = Clocks.utcNanoseconds
                    next.writer = program
                    guard try edit(&next) else { return false }
                    try HistoryPacking(store: store, repository: repository).pack(&next)
                    if try publish(next) { return true }
                    // Over HTTP nobody is kept away by a lock, and heads in between may have been collected.
                    (head, digest) = try repository.newestHead(of: host, known: (head, digest))
                    try catchUp()
                }
            }
        } catch let error as StoreError {
            throw RepositoryError(error, object: "The newest head of \(host.name)")
        } catch let error as RepositoryError {
            throw error
        } catch { throw RepositoryError(.inputOutput, "The newest head of \(host.name): \(error)") }
    }

    /// Runs `body` under one lease from before anything is looked at, for those who store objects before the head that names
    /// them: without it a prune would take them for garbage meanwhile. `head` is the newest when `body` begins.
    func leased<Result>(_ body: () throws(RepositoryError) -> Result) throws(RepositoryError) -> Result {
        guard !holdsLease else { return try body() }
        let lease = try beginWriting()
        holdsLease = true
        defer {
            holdsLease = false
            extendLifetime(lease)
        }
        try refresh()
        return try body()
    }

    private func beginWriting() throws(RepositoryError) -> (any WriterLease)? {
        do {
            let lease = try store.beginWriting()
            _ = try CondemnedList.load(store)
            return lease
        } catch { throw RepositoryError(error, object: "The lease of the writer") }
    }

    /// Reads the newest head there is.
    package func refresh() throws(RepositoryError) {
        do {
            (head, digest) = try repository.newestHead(of: host)
            try catchUp()
        } catch let error as StoreError {
            throw RepositoryError(error, object: "The newest head of \(host.name)")
        } catch let error as RepositoryError {
            throw error
        } catch { throw RepositoryError(.inputOutput, "The heads of \(host.name) cannot be read: \(error)") }
    }

    /// Goes on to heads that were created behind the one known.
    private func catchUp() throws {
        while let next = try repository.head(after: head, digest, of: host, in: store) { (head, digest) = next }
    }

    /// False when there is a head of this number already.
    private func publish(_ next: Head) throws -> Bool {
        guard next.entries.count <= Limits.entriesInHead else {
            throw RepositoryError(.unsupported, "Head \(next.number) of \(host.name) would hold too many entries.")
        }
        let bytes = try next.publishable()
        let nextDigest = SHA256.digest(of: bytes)
        let pointer = HeadPointer(host: host.id, number: next.number, digest: nextDigest)
        guard try store.create(ObjectName.head(host: host.id, number: next.number), bytes) else { return false }
        try store.replace(ObjectName.pointer(host: host.id), encodeJSON(pointer))
        head = next
        digest = nextDigest
        return true
    }

    private func fenced(_ epoch: UInt64) -> RepositoryError {
        RepositoryError(
            .locked,
            "Another writer has taken over the timeline of \(host.name) (epoch \(epoch)). What this one had not published "
                + "was not added. End one of the two; the one that goes on must compare the disks again.")
    }
}

extension WritableObjectStore {
    /// Runs `body` under a lock that others hold only for moments; throws `locked` when it was not free for a minute.
    func waiting<Result>(for lock: String, _ body: () throws -> Result) throws -> Result {
        let end = Clocks.monotonicNanoseconds + 60_000_000_000
        while true {
            do {
                return try exclusively(lock, body)
            } catch let error as StoreError where error.code == .locked && Clocks.monotonicNanoseconds < end {
                Clocks.sleep(nanoseconds: 2_000_000)
            }
        }
    }
}

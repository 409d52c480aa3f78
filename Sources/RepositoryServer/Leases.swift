internal import FoundationEssentials
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// The captures that run: one a host.
final class Leases: Sendable {
    private let repository: Repository
    private let store: DirectoryStore
    private let index: DedupIndex
    /// A capture that sends nothing for so long may be overtaken.
    private let duration: UInt64
    private let running = Mutex<[String: Lease]>([:])
    /// One capture begins at a time.
    private let beginning = Mutex<Void>(())

    init(_ repository: Repository, _ store: DirectoryStore, _ index: DedupIndex, duration: Duration) {
        self.repository = repository
        self.store = store
        self.index = index
        self.duration = UInt64(duration.components.seconds) * 1_000_000_000
    }

    /// Begins a capture of a host. Throws with status 409 while another one runs. Blocks.
    func begin(host name: String) throws -> CaptureSession {
        let collection = try beginWriting()
        _ = try index.scan()
        return try beginning.withLock { _ in
            if let other = running.withLock({ $0[name] }) {
                guard other.idle > duration else {
                    throw Refusal(
                        .conflict, "locked",
                        "Another capture of \(name) is running; its last request came "
                            + "\(other.idle / 1_000_000_000) s ago. Nothing was changed. Wait until it is done; one that was "
                            + "killed gives way \(duration / 1_000_000_000) s after its last request.")
                }
                try drop(other)
            }
            let lock = try store.hold(Repository.writersLock(of: name))
            let (host, timeline) = try repository.writableTimeline(of: name)
            let session = CaptureSession(capture: UUID(), host: host.id, isNew: timeline == nil)
            try index.remember(session, host: name)
            let lease = Lease(session, hostName: name, lock: lock, collection: collection)
            running.withLock { $0[name] = lease }
            return session
        }
    }

    /// The running capture of a request; one that ran before the server was restarted goes on. Throws with status 409.
    func lease(capture: String?, host name: String) throws -> Lease {
        guard let capture, let id = UUID(uuidString: capture) else {
            throw Refusal(
                .conflict, "no-capture",
                "Nothing can be sent outside a capture: begin one, and name it in every request.")
        }
        let lease = try running.withLock({ $0[name] }) ?? resume(id, host: name)
        guard lease.session.capture == id else { throw Self.fenced(name) }
        try lease.use()
        return lease
    }

    /// Before anything is looked at: what is condemned from here on waits for the capture's end.
    private func beginWriting() throws -> (any WriterLease)? {
        let lease = try store.beginWriting()
        _ = try CondemnedList.load(store)
        return lease
    }

    private func resume(_ capture: UUID, host name: String) throws -> Lease {
        try beginning.withLock { _ in
            if let lease = running.withLock({ $0[name] }) { return lease }
            guard let (known, host) = try index.remembered(host: name), known == capture.byteArray else {
                throw Self.fenced(name)
            }
            let collection = try beginWriting()
            let lock = try store.hold(Repository.writersLock(of: name))
            var reader = ByteReader(host, subject: "A remembered capture")
            let id = try reader.identifier()
            let isNew = try repository.hosts().allSatisfy { $0.id != id }
            let lease = Lease(
                CaptureSession(capture: capture, host: id, isNew: isNew), hostName: name, lock: lock,
                collection: collection)
            running.withLock { $0[name] = lease }
            return lease
        }
    }

    func end(_ lease: Lease) throws {
        try beginning.withLock { _ in
            try drop(lease)
            try index.forget(host: lease.hostName)
        }
    }

    /// Lets go of the hosts whose captures went silent, so that writers of this machine need not wait for the next begin.
    func expire() throws {
        try beginning.withLock { _ in
            for lease in running.withLock({ Array($0.values) }) where lease.idle > duration { try drop(lease) }
        }
    }

    private func drop(_ lease: Lease) throws {
        running.withLock { if $0[lease.hostName] === lease { $0[lease.hostName] = nil } }
        lease.end()
    }

    /// Name of a host that is captured for the first time, by its id.
    func hostName(of id: String) -> String? {
        running.withLock { $0.values.first { $0.host.text == id }?.hostName }
    }

    /// Name of the host that a capture is of.
    func hostName(ofCapture id: String?) -> String? {
        running.withLock { $0.values.first { $0.session.capture.text == id?.lowercased() }?.hostName }
    }

    static func fenced(_ name: String) -> Refusal {
        Refusal(
            .conflict, "fenced",
            "Another capture of \(name) has taken over. What this one had not published was not added. End one of the two, "
                + "then run the one that is wanted again.")
    }
}

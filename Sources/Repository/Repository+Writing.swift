internal import Digests
internal import FoundationEssentials
package import RepositoryFormat

extension Repository {
    /// Runs `body` as the only writer of a host, made known at its first capture.
    ///
    /// First mends what a killed writer left between head and pointer (format.md, section 12). Throws `badInput` for
    /// a read-only store or a name that cannot be used, `locked` when another writer of this host is at work.
    /// `packLength` in bytes is where a pack is closed.
    package func write<Result>(
        host name: String, packLength: Int = PackWriter.targetLength, _ body: (TimelineWriter) throws -> Result
    ) throws -> Result {
        guard let store = store as? any WritableObjectStore else {
            throw RepositoryError(
                .badInput,
                "The repository at \(store.location) can only be read. Give a directory (a disk, USB, NFS) or the "
                    + "address of a \"lifeboat serve\" to capture to."
            )
        }
        guard Self.isUsableName(name) else {
            throw RepositoryError(
                .badInput,
                "\"\(name)\" cannot be a host's name: 1 to 255 bytes without control characters or slashes are needed.")
        }
        if let remote = store as? HTTPWritableStore { return try write(host: name, through: remote, packLength, body) }
        let lock = description.createIfAbsent ? Self.writersLock(of: name) : "writer"
        do {
            return try store.exclusively(lock) {
                // Before anything is looked at: what is condemned from here on waits for its end.
                let lease = try store.beginWriting()
                defer { extendLifetime(lease) }
                let (host, previous) = try prepare(name, store)
                let writer = try TimelineWriter(
                    repository: self, store: store, host: host, previous: previous, packLength: packLength)
                // After a commit this only ends what has ended; after anything else it ends the storing thread.
                defer { writer.writer.abandon() }
                return try body(writer)
            }
        } catch let error as StoreError { throw RepositoryError(error, object: "The writer's lock") }
    }

    /// The same through a server, which holds the lock, mends what is to be mended and knows all chunks.
    private func write<Result>(
        host name: String, through remote: HTTPWritableStore, _ packLength: Int,
        _ body: (TimelineWriter) throws -> Result
    ) throws -> Result {
        let session = try remote.begin(host: name)
        defer { remote.end(host: name) }
        let host = HostList.Host(id: session.host, name: name)
        let previous = session.isNew ? nil : try timeline(of: host)
        let writer = try TimelineWriter(
            repository: self, store: remote, host: host, previous: previous, packLength: packLength)
        defer { writer.writer.abandon() }
        return try body(writer)
    }

    /// Publishes a head that somebody else made and that was checked against `current`, with pointer and `hosts.json`.
    /// False when there is a head of this number already.
    package func accept(_ head: Head, _ bytes: [UInt8], host: HostList.Host) throws -> Bool {
        guard let store = store as? any WritableObjectStore else { return false }
        let pointer = HeadPointer(host: host.id, number: head.number, digest: SHA256.digest(of: bytes))
        let isMade = try store.waiting(for: "head-\(host.id.text)") {
            // Heads in between may have been collected: that none of this number is there says nothing, the pointer does.
            if head.number > 1 {
                let (newest, digest) = try newestHead(of: host)
                guard newest.number + 1 == head.number, digest == head.previous else { return false }
            }
            guard try store.create(ObjectName.head(host: host.id, number: head.number), bytes) else { return false }
            try store.replace(ObjectName.pointer(host: host.id), encodeJSON(pointer))
            return true
        }
        if isMade, head.number == 1 { try HostRegistry(store: store).add(host) }
        return isMade
    }

    /// A host and its timeline, after mending what a killed writer left; a host that is not known yet gets an id.
    package func writableTimeline(of name: String) throws -> (host: HostList.Host, timeline: Timeline?) {
        guard let store = store as? any WritableObjectStore, Self.isUsableName(name) else {
            throw RepositoryError(.badInput, "\"\(name)\" cannot be a host's name, or the repository can only be read.")
        }
        return try prepare(name, store)
    }

    /// Name of the lock that a host's writer holds.
    package static func writersLock(of name: String) -> String {
        "host-\(SHA256.digest(of: Array(name.utf8)).hex.prefix(32))"
    }

    static func isUsableName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= Limits.name && name != "." && name != ".."
            && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f && $0 != "/" }
    }

    private func prepare(
        _ name: String, _ store: any WritableObjectStore
    ) throws -> (HostList.Host, Timeline?) {
        if let host = try hosts().first(where: { $0.name == name }) {
            return (host, try rollForward(try timeline(of: host), store))
        }
        if let orphan = try adopt(name, store) { return orphan }
        return (HostList.Host(id: UUID(), name: name), nil)
    }

    /// Moves the pointer to heads that were created behind it: those captures had been committed.
    func rollForward(_ timeline: Timeline, _ store: any WritableObjectStore) throws -> Timeline {
        var timeline = timeline
        let host = timeline.host
        while let (head, digest) = try head(after: timeline.head, timeline.headDigest, of: host, in: store) {
            try advance(HeadPointer(host: host.id, number: head.number, digest: digest), of: host, store)
            timeline = try self.timeline(of: host, head: head, digest: digest)
        }
        return timeline
    }

    /// The head that was created after `head`, if there is one. Throws `damaged` when it does not follow it.
    func head(
        after head: Head, _ headDigest: Digest, of host: HostList.Host, in store: any WritableObjectStore
    ) throws -> (Head, Digest)? {
        let number = head.number + 1
        let name = ObjectName.head(host: host.id, number: number)
        guard try store.length(of: name) != nil else { return nil }
        let bytes = try store.read(name, limit: Limits.head)
        let next = try Head.decode(bytes, host: host.id, number: number)
        guard next.previous == headDigest else {
            throw RepositoryError(
                .damaged,
                "Head \(number) of \(host.name) does not follow head \(number - 1). Run \"lifeboat verify\".")
        }
        return (next, SHA256.digest(of: bytes))
    }

    /// Moves the pointer on unless somebody moved it as far already: it never goes back.
    private func advance(_ pointer: HeadPointer, of host: HostList.Host, _ store: any WritableObjectStore) throws {
        let name = ObjectName.pointer(host: host.id)
        try store.waiting(for: "head-\(host.id.text)") {
            let present = try HeadPointer.decode(try store.read(name, limit: Limits.pointer), host: host.id)
            guard present.number < pointer.number else { return }
            try store.replace(name, encodeJSON(pointer))
        }
    }

    /// A host whose first capture was killed after its head and before `hosts.json`: takes it over.
    private func adopt(_ name: String, _ store: any WritableObjectStore) throws -> (HostList.Host, Timeline?)? {
        let listed = Set(try hosts().map { $0.id.text })
        for object in try store.list("hosts/") where object.hasSuffix("/heads/\(padded(1, 20))") {
            let parts = object.split(separator: "/")
            guard parts.count == 4, !listed.contains(String(parts[1])), let id = UUID(uuidString: String(parts[1]))
            else {
                continue
            }
            let bytes = try store.read(object, limit: Limits.head)
            // An unlisted first head that does not decode is garbage of a foreign or damaged host, not ours.
            guard let first = try? Head.decode(bytes, host: id, number: 1), first.hostName == name else { continue }
            let host = HostList.Host(id: id, name: name)
            let digest = SHA256.digest(of: bytes)
            let pointer = HeadPointer(host: id, number: 1, digest: digest)
            try store.replace(ObjectName.pointer(host: id), encodeJSON(pointer))
            let timeline = try rollForward(self.timeline(of: host, head: first, digest: digest), store)
            try HostRegistry(store: store).add(host)
            return (host, timeline)
        }
        return nil
    }
}

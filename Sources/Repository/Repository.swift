internal import Digests
internal import FoundationEssentials
internal import LinuxSystem
package import RepositoryFormat

/// A repository opened for reading: its description, hosts and timelines (docs/format.md).
///
/// Everything is read on demand and verified along the chain of digests; nothing is cached that can change.
package final class Repository: Sendable {
    package let store: any ObjectStore
    package let description: RepositoryDescription
    package let indexes: PackIndexCache

    private init(store: any ObjectStore, description: RepositoryDescription) {
        self.store = store
        self.description = description
        indexes = PackIndexCache(store: store)
    }

    /// Opens a repository. Throws `notARepository`, `denied`, `unreachable`, `unsupported`, `damaged`.
    package static func open(_ store: any ObjectStore) throws(RepositoryError) -> Repository {
        let bytes: [UInt8]
        do {
            bytes = try store.read(ObjectName.repository, limit: Limits.jsonObject)
        } catch {
            // Nothing was begun that could be half done.
            if error.code == .denied { throw RepositoryError(.denied, error.message, cause: error.cause) }
            guard error.code == .notFound else { throw RepositoryError(error, object: ObjectName.repository) }
            throw RepositoryError(
                .notARepository,
                "There is no repository at \(store.location): it holds no lifeboat.json. "
                    + "Check the location, or make one with \"lifeboat repository init\".")
        }
        let description = try decoding { () throws(FormatError) in try RepositoryDescription.decode(bytes) }
        return Repository(store: store, description: description)
    }

    /// Makes an empty repository. Throws `exists` when there is one already.
    package static func initialize(
        _ store: any WritableObjectStore, chunker: ChunkerParameters = ChunkerParameters()
    ) throws(RepositoryError) -> Repository {
        try decoding { () throws(FormatError) in try chunker.validate() }
        do {
            if try store.length(of: ObjectName.repository) != nil {
                throw RepositoryError(
                    .exists, "There is a repository at \(store.location) already. Nothing was changed.")
            }
            let exclusive = try probeCreateIfAbsent(store)
            // Only if absent: where lifeboat.json alone was lost, the hosts must not go with it.
            _ = try store.create(ObjectName.hosts, encodeJSON(HostList()))
            let description = RepositoryDescription(
                id: UUID(), created: Timestamp.text(ofNanoseconds: Clocks.utcNanoseconds), chunker: chunker,
                createIfAbsent: exclusive)
            guard try store.create(ObjectName.repository, encodeJSON(description)) else {
                throw RepositoryError(.exists, "Another process made a repository at \(store.location) just now.")
            }
        } catch {
            if let error = error as? StoreError { throw RepositoryError(error, object: "The new repository") }
            if let error = error as? RepositoryError { throw error }
            throw RepositoryError(.inputOutput, "The repository could not be made: \(error)")
        }
        return try open(store)
    }

    /// Whether the store refuses to create a name twice.
    private static func probeCreateIfAbsent(_ store: any WritableObjectStore) throws(StoreError) -> Bool {
        let name = "locks/probe-\(UUID().text)"
        _ = try store.create(name, [0x70])
        return try store.create(name, [0x71]) == false
    }

    /// All hosts, by name.
    package func hosts() throws(RepositoryError) -> [HostList.Host] {
        try hostList().hosts.sorted { $0.name < $1.name }
    }

    package func hostList() throws(RepositoryError) -> HostList {
        let bytes: [UInt8]
        do {
            bytes = try store.read(ObjectName.hosts, limit: Limits.jsonObject)
        } catch { throw RepositoryError(error, object: "The list of hosts") }
        return try decoding { () throws(FormatError) in try HostList.decode(bytes) }
    }

    /// A host's timeline as its newest head says. Throws `unknownHost` with the names there are.
    package func timeline(of name: String) throws(RepositoryError) -> Timeline {
        let hosts = try hosts()
        guard let host = hosts.first(where: { $0.name == name }) else {
            let known = hosts.isEmpty ? "it has no hosts yet" : "it has \(hosts.map(\.name).joined(separator: ", "))"
            throw RepositoryError(
                .unknownHost,
                "There is no host \"\(name)\" in the repository at \(store.location): \(known). Nothing was written.")
        }
        return try timeline(of: host)
    }

    package func timeline(of host: HostList.Host) throws(RepositoryError) -> Timeline {
        let (head, digest) = try newestHead(of: host)
        guard head.hostName == host.name else {
            throw RepositoryError(
                .damaged, "hosts.json calls host \(host.id.text) \"\(host.name)\", its head \"\(head.hostName)\".")
        }
        return try timeline(of: host, head: head, digest: digest)
    }

    /// The head that a host's pointer names. `known` is answered when the pointer names no newer one.
    func newestHead(
        of host: HostList.Host, known: (Head, Digest)? = nil
    ) throws(RepositoryError) -> (Head, Digest) {
        let bytes: [UInt8]
        do {
            bytes = try store.read(ObjectName.pointer(host: host.id), limit: Limits.pointer)
        } catch { throw RepositoryError(error, object: "The head pointer of \(host.name)") }
        let (number, digest) = try decoding { () throws(FormatError) in try HeadPointer.decode(bytes, host: host.id) }
        if let known, known.0.number >= number { return known }
        return (try readHead(host: host.id, number: number, digest: digest), digest)
    }
}

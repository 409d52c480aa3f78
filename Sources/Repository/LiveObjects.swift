internal import Digests
internal import FoundationEssentials
internal import LinuxSystem
internal import RepositoryFormat

/// Everything that the newest heads name: the mark phase of collection (format.md, section 14).
///
/// May be asked again later: what was visited once is not read again. Every object is verified; one that cannot be read ends
/// the collection, because what it names is not known then.
final class LiveObjects {
    private let repository: Repository
    private let advance: (Int) throws(RepositoryError) -> Void
    /// Digests of manifests, segments, map roots, pages and machine descriptions, by host.
    private var objects: [HostIdentifier: Set<Digest>] = [:]
    private(set) var packs: [Digest: FrameSet] = [:]
    /// The number of the newest head that the pointer names.
    private(set) var heads: [HostIdentifier: UInt64] = [:]
    private var visited = 0

    init(_ repository: Repository, advance: @escaping (Int) throws(RepositoryError) -> Void) {
        self.repository = repository
        self.advance = advance
    }

    /// Marks what the newest head of each of these hosts names, and those of the repository's list.
    func mark(_ hosts: Set<HostIdentifier>) throws(RepositoryError) {
        let listed = Set(try repository.hostList().hosts.map(\.id))
        for id in listed.union(hosts).sorted(by: { $0.text < $1.text }) { try mark(id, isListed: listed.contains(id)) }
    }

    /// From the head that the pointer names to the last that there is: a killed writer may not have moved the pointer.
    private func mark(_ id: HostIdentifier, isListed: Bool) throws(RepositoryError) {
        var number: UInt64 = 1
        var digest: Digest?
        if let pointer = try optional({ () throws(StoreError) in
            try repository.store.read(ObjectName.pointer(host: id), limit: Limits.pointer)
        }) {
            let found = try decoding { () throws(FormatError) in try HeadPointer.decode(pointer, host: id) }
            (number, digest) = (found.number, found.digest)
        } else if isListed {
            throw RepositoryError(
                .damaged,
                "The head pointer of host \(id.text) is missing, so that what is garbage cannot be told. Nothing was "
                    + "removed. Run \"lifeboat verify\".")
        }
        let first = number
        while let bytes = try optional({ () throws(StoreError) in
            try repository.store.read(ObjectName.head(host: id, number: number), limit: Limits.head)
        }) {
            let found = SHA256.digest(of: bytes)
            guard digest == nil || number > first || digest == found else {
                throw RepositoryError(.damaged, "Head \(number) of host \(id.text) does not match its digest.")
            }
            let head = try decoding { () throws(FormatError) in try Head.decode(bytes, host: id, number: number) }
            try mark(head)
            heads[id] = first
            number += 1
        }
        guard number > first || !isListed else {
            throw RepositoryError(.damaged, "Head \(number) of host \(id.text) is missing. Run \"lifeboat verify\".")
        }
    }

    private func optional(_ read: () throws(StoreError) -> [UInt8]) throws(RepositoryError) -> [UInt8]? {
        do { return try read() } catch {
            if error.code == .notFound { return nil }
            throw RepositoryError(error, object: "A head")
        }
    }

    private func mark(_ head: Head) throws(RepositoryError) {
        try mark(head.entries, of: head.host)
        for manifest in head.manifests where try isNew(manifest.object.digest, head.host) {
            try mark(try repository.readManifest(manifest, host: head.host), of: head.host)
        }
    }

    private func mark(_ entries: HistoryEntries, of host: HostIdentifier) throws(RepositoryError) {
        for layer in entries.layers where try isNew(layer.index.digest, host) {
            try mark(try repository.readSegmentIndex(layer, host: host).packs)
        }
        for moment in entries.moments {
            _ = try isNew(moment.machine.digest, host)
            guard try isNew(moment.map.digest, host) else { continue }
            var nodes = try repository.readMapRoot(moment, host: host).disks.map(\.root)
            while let node = nodes.popLast() {
                guard case .page(let digest, let length) = node.content, try isNew(digest, host) else { continue }
                let bytes = try repository.store.readVerified(
                    ObjectName.mapPage(host: host, digest: digest),
                    ObjectReference(digest: digest, length: UInt64(length)),
                    subject: "Map page \(digest.hex.prefix(8))")
                switch try decoding({ () throws(FormatError) in try MapPage.links(bytes, digest: digest) }) {
                case .pages(let children): nodes += children
                case .packs(let references): try mark(references)
                }
            }
        }
    }

    private func mark(_ references: [PackReference]) throws(RepositoryError) {
        for reference in references { packs[reference.pack, default: FrameSet()].insert(reference.frames) }
    }

    private func isNew(_ digest: Digest, _ host: HostIdentifier) throws(RepositoryError) -> Bool {
        guard objects[host, default: []].insert(digest).inserted else { return false }
        visited += 1
        try advance(visited)
        return true
    }

    /// Heads behind the newest that stay as a record of what happened.
    private static let recordedHeads: UInt64 = 16

    /// Whether an object of this name stays. What has a name that the format does not know stays, too.
    func contains(_ name: String) -> Bool {
        let parts = name.split(separator: "/")
        if parts.first == "packs" { return containsPack(name) }
        guard parts.count > 3, parts[0] == "hosts", let host = UUID(uuidString: String(parts[1])) else { return true }
        if parts[2] == "heads" {
            guard let newest = heads[host], let number = UInt64(parts[3]) else { return heads[host] != nil }
            return number + Self.recordedHeads >= newest
        }
        guard let digest = Digest(hex: parts[parts.count - 1].suffix(64)) else { return true }
        return objects[host]?.contains(digest) ?? false
    }

    private func containsPack(_ name: String) -> Bool {
        guard let id = ObjectName.packID(of: name) else { return true }
        let known = [ObjectName.pack(id), ObjectName.packIndex(id), ObjectName.hollowPack(id)]
        return packs[id] != nil || !known.contains(name)
    }
}

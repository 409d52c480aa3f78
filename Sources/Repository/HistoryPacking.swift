internal import Digests
internal import RepositoryFormat

/// Moves what is old out of a head into manifests, so that heads stay small however long the history is.
///
/// A manifest takes what a head had in too much; eight neighbours of one size become one of the next size. A month of
/// five-second segments has about twenty.
struct HistoryPacking {
    /// Entries that a head holds at most beside segments that wait for their roll-up.
    static let entries = 64
    static let fanOut = 8

    let store: any WritableObjectStore
    let repository: Repository

    func pack(_ head: inout Head) throws(RepositoryError) {
        let waiting = HistoryEntries(
            layers: head.entries.layers.filter { $0.level == 0 }, gaps: head.entries.gaps.filter { $0.to == nil })
        guard head.entries.count - waiting.count > Self.entries else { return }
        var old = head.entries
        old.layers.removeAll { $0.level == 0 }
        old.gaps.removeAll { $0.to == nil }
        head.manifests.append(try store(old, host: head.host))
        head.entries = waiting
        try merge(&head)
    }

    /// Puts a list into as many manifests as it needs.
    func manifests(of entries: HistoryEntries, host: HostIdentifier) throws(RepositoryError) -> [ManifestReference] {
        let history = History(entries)
        var references: [ManifestReference] = []
        var part = HistoryEntries(gaps: history.gaps, marks: history.marks)
        for moment in history.moments { part.moments.append(moment) }
        for layer in history.layers {
            part.layers.append(layer)
            if part.count >= Self.entries * Self.fanOut * Self.fanOut {
                references.append(try store(part, host: host))
                part = HistoryEntries()
            }
        }
        if part.count > 0 { references.append(try store(part, host: host)) }
        return references
    }

    private func merge(_ head: inout Head) throws(RepositoryError) {
        while head.manifests.count >= Self.fanOut {
            let tail = head.manifests.suffix(Self.fanOut)
            let size = Self.tier(tail.last?.entries ?? 0)
            guard tail.allSatisfy({ Self.tier($0.entries) == size }), size < 3 else { return }
            var entries = HistoryEntries()
            for manifest in tail { entries.append(try repository.readManifest(manifest, host: head.host)) }
            entries.moments.sort { $0.position < $1.position }
            head.manifests.removeLast(Self.fanOut)
            head.manifests.append(try store(entries, host: head.host))
        }
    }

    private static func tier(_ entries: UInt32) -> Int {
        var tier = 0
        var limit = UInt32(Self.entries * fanOut)
        while entries >= limit {
            tier += 1
            limit *= UInt32(fanOut)
        }
        return tier
    }

    private func store(_ entries: HistoryEntries, host: HostIdentifier) throws(RepositoryError) -> ManifestReference {
        var entries = entries
        entries.moments.sort { $0.position < $1.position }
        let bytes = Manifest.encode(entries, host: host)
        let object = ObjectReference(digest: SHA256.digest(of: bytes), length: UInt64(bytes.count))
        do {
            _ = try store.ensure(ObjectName.manifest(host: host, digest: object.digest), bytes)
        } catch { throw RepositoryError(error, object: "Manifest \(object.digest.hex.prefix(8))") }
        return Manifest.reference(to: entries, object: object)
    }
}

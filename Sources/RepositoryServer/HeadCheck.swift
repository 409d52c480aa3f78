internal import Digests
internal import Repository
internal import RepositoryFormat

/// Checks a head that a client wants to publish: that it goes on from the newest one, takes nothing away, and names only
/// what is there.
struct HeadCheck {
    let repository: Repository
    let store: DirectoryStore
    let dedup: DedupIndex
    let lease: Lease

    /// Publishes the head; false when it was published before.
    func publish(_ bytes: [UInt8], number: UInt64) throws -> Bool {
        let head = try Head.decode(bytes, host: lease.host, number: number)
        guard head.encoded() == bytes else {
            throw Refusal.malformed("The head holds what this server does not know, and therefore cannot check.")
        }
        guard head.hostName == lease.hostName else {
            throw Refusal.forbidden("The head is one of another host.")
        }
        let host = HostList.Host(id: lease.host, name: lease.hostName)
        let current = try repository.writableTimeline(of: lease.hostName)
        let timeline = current.host.id == lease.host ? current.timeline : nil
        guard current.host.id == lease.host || (timeline == nil && current.timeline == nil) else {
            throw Leases.fenced(lease.hostName)
        }
        guard number == (timeline?.head.number ?? 0) + 1 else { return try repeated(bytes, number) }
        try follow(head, timeline)
        try compare(head, timeline)
        return try repository.accept(head, bytes, host: host) ? true : repeated(bytes, number)
    }

    /// A head whose number is taken: harmless when it is this one.
    private func repeated(_ bytes: [UInt8], _ number: UInt64) throws -> Bool {
        let name = ObjectName.head(host: lease.host, number: number)
        guard try store.length(of: name) == UInt64(bytes.count), try store.read(name, limit: Limits.head) == bytes
        else {
            throw Refusal(
                .preconditionFailed, "head-exists", "Head \(number) is not the next one of \(lease.hostName).")
        }
        return false
    }

    private func follow(_ head: Head, _ timeline: Timeline?) throws {
        let epoch = timeline?.head.epoch ?? 0
        guard head.epoch >= epoch else { throw Leases.fenced(lease.hostName) }
        guard head.epoch <= epoch + 1 else { throw Refusal.malformed("The head skips epochs.") }
        guard head.previous == timeline?.headDigest else {
            throw Refusal(
                .preconditionFailed, "head-exists", "The head does not follow the newest one of \(lease.hostName).")
        }
        guard head.retention == timeline?.head.retention, head.oldestHead == timeline?.head.oldestHead else {
            throw Refusal.forbidden("A capture cannot change what is kept for how long.")
        }
    }

    /// What is new must be whole; what was there must stay.
    private func compare(_ head: Head, _ timeline: Timeline?) throws {
        let old = timeline?.head
        let kept = Set(old?.manifests ?? []).intersection(head.manifests)
        var before = old?.entries ?? HistoryEntries()
        var after = head.entries
        for manifest in old?.manifests ?? [] where !kept.contains(manifest) {
            before.append(try repository.readManifest(manifest, host: lease.host))
        }
        for manifest in head.manifests where !kept.contains(manifest) {
            try store.spare(ObjectName.manifest(host: lease.host, digest: manifest.object.digest))
            do {
                after.append(try repository.readManifest(manifest, host: lease.host))
            } catch { throw Refusal.malformed("The head names a manifest that is not there: \(error)") }
        }
        let gone = Refusal.forbidden("A capture adds to the history of its host and takes nothing away.")
        let newest = timeline?.moments.last
        let had = Set(before.moments)
        guard had.isSubset(of: after.moments), Set(before.layers).isSubset(of: after.layers),
            Set(before.marks).isSubset(of: after.marks), keepsGaps(before.gaps, after.gaps)
        else { throw gone }
        let known = Set(before.layers)
        for layer in after.layers where !known.contains(layer) { try check(layer, epoch: head.epoch) }
        // The newest map that is at hand tells which pages were checked before; without one all are checked.
        let previous = newest.flatMap { moment in try? repository.readMapRoot(moment, host: lease.host) }
        for moment in after.moments where !had.contains(moment) {
            try check(moment, epoch: head.epoch, previous: previous)
        }
    }

    /// A gap that was open may have ended.
    private func keepsGaps(_ before: [Gap], _ after: [Gap]) -> Bool {
        let kept = Set(after)
        return before.allSatisfy { gap in
            kept.contains(gap)
                || (gap.to == nil
                    && after.contains { $0.reason == gap.reason && $0.from == gap.from && $0.fromTime == gap.fromTime })
        }
    }

    private func check(_ moment: Moment, epoch: UInt64, previous: MapRoot?) throws {
        guard moment.position.epoch <= epoch else { throw Refusal.malformed("A moment lies ahead of its head.") }
        try store.spare(ObjectName.mapRoot(host: lease.host, position: moment.position, digest: moment.map.digest))
        try store.spare(ObjectName.machine(host: lease.host, digest: moment.machine.digest))
        let root: MapRoot
        do {
            root = try repository.readMapRoot(moment, host: lease.host)
            _ = try repository.readMachine(moment, host: lease.host)
        } catch {
            if [.damaged, .unsupported].contains(error.code) { throw Refusal.malformed(error.message) }
            throw error
        }
        try MapCheck(dedup: dedup, lease: lease, store: store).checkMap(root, previous: previous)
    }

    private func check(_ layer: Layer, epoch: UInt64) throws {
        let name = ObjectName.segment(host: lease.host, last: layer.last, digest: layer.index.digest)
        try store.spare(name)
        guard layer.last.epoch <= epoch, lease.isChecked(layer.index.digest),
            try store.length(of: name) == layer.length
        else { throw Refusal.malformed("The head names a segment that did not come in this capture.") }
    }
}

internal import Digests
internal import RepositoryFormat

/// Makes a complete map of a map and the deltas since: a checkpoint.
struct MapRollUp {
    private let timeline: Timeline
    private let store: any WritableObjectStore
    private let windows: RollUp.Windows

    init(_ timeline: Timeline, store: any WritableObjectStore, windows: RollUp.Windows = RollUp.Windows()) {
        self.timeline = timeline
        self.store = store
        self.windows = windows
    }

    /// Makes the next checkpoint when one is due; says whether it did.
    func run(_ publisher: HistoryPublisher, _ program: String) throws -> Bool {
        guard let position = try due() else { return false }
        let moment = try checkpoint(at: position)
        return try publisher.amend(program: program) { (head) throws(RepositoryError) in
            // Somebody else made it, or retention took what it was made of.
            let history = try timeline.history(after: head)
            guard history.path(to: position) != nil, !history.moments.contains(where: { $0.position == position })
            else { return false }
            head.entries.moments.append(moment)
            head.entries.moments.sort { $0.position < $1.position }
            return true
        }
    }

    /// Where the next checkpoint belongs: after a day of deltas, or when they hold half as much as the map below them.
    private func due() throws -> Position? {
        guard let base = timeline.history.moments.last else { return nil }
        let root = try timeline.repository.readMapRoot(base, host: timeline.host.id)
        let extents = root.disks.reduce(0) { $0 + $1.extents }
        var reached = base.position
        var count = 0
        var entries: UInt64 = 0
        var last: Layer?
        // A state that is not known must not become a moment; an earlier or later one does.
        var usable: Position?
        for layer in timeline.history.layers where layer.level == 2 && layer.base == reached {
            if let last, let usable,
                RollUp.window(last.endTime, windows.map) != RollUp.window(layer.endTime, windows.map)
            {
                return usable
            }
            reached = layer.last
            count += 1
            entries += layer.entries
            last = layer
            if !timeline.history.isHidden(layer.last) { usable = layer.last }
            if let usable, count >= windows.deltasInMap || entries > max(windows.extentsInMap, extents / 2) {
                return usable
            }
        }
        return nil
    }

    /// The moment with the complete map of a position.
    func checkpoint(at position: Position) throws -> Moment {
        let repository = timeline.repository
        var moment = try timeline.moment(at: position)
        guard moment.kind == .write, let path = timeline.history.path(to: position) else { return moment }
        let host = timeline.host
        let packs = PackTable()
        let view = try View(repository, host: host, moment: moment, path: path, packs: packs)
        let frames = FrameFinder(repository: repository, packs: packs)
        let pages = PageEncoder(store: store, host: host.id, packs: packs) { place throws(RepositoryError) in
            Int(try frames.frame(of: place))
        }
        var records: [DiskRecord] = []
        for disk in view.root.disks {
            var builder = MapBuilder(sizeInBytes: disk.sizeInBytes, pages: pages)
            try view.extents(of: disk) { try builder.append($0) }
            var fresh = disk
            fresh.root = NodeReference(content: .beyondDisk, level: 0, extents: 0)
            records.append(try builder.finish(fresh))
        }
        try pages.finish()
        let root = MapRoot(host: host.id, position: position, time: moment.time, disks: records).encoded()
        moment.map = ObjectReference(digest: SHA256.digest(of: root), length: UInt64(root.count))
        do {
            let name = ObjectName.mapRoot(host: host.id, position: position, digest: moment.map.digest)
            _ = try store.ensure(name, root)
        } catch { throw RepositoryError(error, object: "The map of a checkpoint") }
        moment.kind = .checkpoint
        moment.dataBytes = records.reduce(0) { $0 + $1.dataSectors } * 512
        moment.newPlainBytes = 0
        moment.newStoredBytes = pages.newBytes + UInt64(root.count)
        return moment
    }
}

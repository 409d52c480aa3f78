package import RepositoryFormat

/// A timeline opened at one moment: what every reader of disk contents is written against (design.md, section 2).
///
/// A complete map, and over it the layers that lead from there to the moment. Opening reads the map's root and the layers'
/// index parts; pages, blocks and records are read when they are asked for. Journals are then read whole: at most a few
/// minutes of them (see `RollUp`).
package struct View: Sendable {
    package let repository: Repository
    package let host: HostList.Host
    package let moment: Moment
    /// The disks. Sector counts are those of the complete map below, not of the moment: see `counted()`.
    package let root: MapRoot
    /// Numbers of the packs that extents name; filled as pages and segments are read.
    package let packs: PackTable
    var stack: LayerStack

    /// Opens a moment that has a map of its own. Throws `damaged` when it cannot be read, or when it holds sectors that are
    /// not known.
    package init(
        _ repository: Repository, host: HostList.Host, moment: Moment
    ) throws(RepositoryError) {
        let path = History.Path(base: moment, layers: [], endsInside: false)
        try self.init(repository, host: host, moment: moment, path: path)
    }

    /// Opens a moment of a timeline, as `Timeline.moment(at:)` gave it. Throws `noMoment` when nothing leads there any more.
    package init(_ repository: Repository, timeline: Timeline, moment: Moment) throws(RepositoryError) {
        guard let path = timeline.history.path(to: moment.position) else {
            throw timeline.unreachable(moment.position)
        }
        try self.init(repository, host: timeline.host, moment: moment, path: path)
    }

    init(
        _ repository: Repository, host: HostList.Host, moment: Moment, path: History.Path,
        packs: PackTable = PackTable()
    ) throws(RepositoryError) {
        self.repository = repository
        self.host = host
        self.moment = moment
        self.packs = packs
        root = try repository.readMapRoot(path.base, host: host.id)
        stack = LayerStack(
            map: MapReader(store: repository.store, host: host.id, packs: packs),
            layers: try LayerStack.open(
                path.layers, upTo: moment.position, repository: repository, host: host.id, packs: packs),
            cache: BlockCache())
        if path.layers.isEmpty, let disk = root.disks.first(where: { $0.unknownSectors > 0 }) {
            throw incomplete(disk)
        }
    }

    private func incomplete(_ disk: DiskRecord) -> RepositoryError {
        RepositoryError(
            .damaged,
            "The moment \(Timestamp.text(ofNanoseconds: moment.time)) of \(host.name) is not complete: "
                + "\(disk.unknownSectors) sectors of disk \(disk.number) are not known. Choose another.")
    }

    /// The record of a disk by its number in the timeline.
    package func disk(_ number: UInt32) -> DiskRecord? { root.disks.first { $0.number == number } }

    /// Calls `body` with all extents of a disk in order, without gaps; places name packs by `packs`.
    package func extents(
        of disk: DiskRecord, in range: Range<UInt64>? = nil, _ body: (Extent) throws -> Void
    ) throws {
        try stack.extents(of: disk, in: range, body)
    }

    /// The disks with the sector counts of this very moment. Walks all extents where layers lie over the map; throws
    /// `damaged` when sectors are not known.
    package func counted() throws -> [DiskRecord] {
        guard !stack.layers.isEmpty else { return root.disks }
        var disks: [DiskRecord] = []
        for var disk in root.disks {
            var sectors: [UInt64] = [0, 0, 0, 0]
            var count: UInt64 = 0
            try extents(of: disk) { extent in
                sectors[Int(extent.kind.rawValue)] += extent.length
                count += 1
            }
            (disk.dataSectors, disk.zeroSectors) = (sectors[0], sectors[1])
            (disk.unusedSectors, disk.unknownSectors) = (sectors[2], sectors[3])
            disk.extents = count
            guard sectors[3] == 0 else { throw incomplete(disk) }
            disks.append(disk)
        }
        return disks
    }
}

extension LayerStack {
    /// Opens layers, oldest first; neighbouring journals become one overlay.
    static func open(
        _ layers: [Layer], upTo position: Position, repository: Repository, host: HostIdentifier, packs: PackTable
    ) throws(RepositoryError) -> [Layered] {
        var opened: [Layered] = []
        var journals: [LayerReader] = []
        for layer in layers {
            let reader = try LayerReader(layer, repository: repository, host: host, packs: packs)
            if layer.kind == .journal {
                journals.append(reader)
                continue
            }
            if !journals.isEmpty { opened.append(.journals(JournalOverlay(journals, upTo: position))) }
            journals = []
            opened.append(.delta(reader))
        }
        if !journals.isEmpty { opened.append(.journals(JournalOverlay(journals, upTo: position))) }
        return opened
    }
}

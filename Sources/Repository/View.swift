package import RepositoryFormat

/// A timeline opened at one moment: what every reader of disk contents is written against (design.md, section 2).
package struct View: Sendable {
    package let repository: Repository
    package let host: HostList.Host
    package let moment: Moment
    package let root: MapRoot
    /// Numbers of the packs that extents name; filled as pages are read.
    package let packs: PackTable

    /// Opens a moment. Throws `damaged` when its map cannot be read, or when it holds sectors that are not known.
    package init(
        _ repository: Repository, host: HostList.Host, moment: Moment
    ) throws(RepositoryError) {
        self.repository = repository
        self.host = host
        self.moment = moment
        root = try repository.readMapRoot(moment, host: host.id)
        packs = PackTable()
        if let disk = root.disks.first(where: { $0.unknownSectors > 0 }) {
            throw RepositoryError(
                .damaged,
                "The moment \(Timestamp.text(ofNanoseconds: moment.time)) of \(host.name) is not complete: "
                    + "\(disk.unknownSectors) sectors of disk \(disk.number) are not known. Choose another.")
        }
    }

    /// Opens a moment of a timeline, as `Timeline.moment(at:)` gave it.
    package init(_ repository: Repository, timeline: Timeline, moment: Moment) throws(RepositoryError) {
        try self.init(repository, host: timeline.host, moment: moment)
    }

    /// The record of a disk by its number in the timeline.
    package func disk(_ number: UInt32) -> DiskRecord? { root.disks.first { $0.number == number } }

    /// Calls `body` with all extents of a disk in order, without gaps; places name packs by `packs`.
    package func extents(
        of disk: DiskRecord, in range: Range<UInt64>? = nil, _ body: (Extent) throws -> Void
    ) throws {
        try MapReader(store: repository.store, host: host.id, packs: packs).extents(of: disk, in: range, body)
    }
}

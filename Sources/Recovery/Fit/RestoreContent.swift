internal import Repository
internal import RepositoryFormat

/// What the targets of a restore shall hold: the moment, where a target is smaller or takes several disks fitted to it.
struct RestoreContent: Sendable {
    let view: View
    /// By the disk's number.
    let fitted: [UInt32: FittedDisk]
    /// The same by the numbers of all disks of the moment that lie on them, one or several.
    private let homes: [UInt32: [FittedDisk]]

    init(_ view: View, fitted: [UInt32: FittedDisk] = [:]) {
        self.view = view
        self.fitted = fitted
        let pairs = fitted.values.flatMap { home in home.origin.map { ($0, [home]) } }
        homes = Dictionary(pairs, uniquingKeysWith: +)
    }

    /// What the target of this number (`PartNumber`) shall hold; nil for a disk that is not in the moment.
    func record(ofTarget number: UInt32) -> DiskRecord? { fitted[number]?.record ?? view.disk(number) }

    /// A disk as its target shall hold it.
    func record(_ disk: DiskRecord) -> DiskRecord { fitted[disk.number]?.record ?? disk }

    /// As `View.extents`, with the target's addresses. Of a fitted disk what was changed is left out.
    func extents(of disk: DiskRecord, in range: Range<UInt64>? = nil, _ body: (Extent) throws -> Void) throws {
        if let fitted = fitted[disk.number] {
            try fitted.extents(in: range, body)
        } else {
            try view.extents(of: disk, in: range, body)
        }
    }

    /// As `View.scatter`, with the targets' addresses.
    func scatter(disks: Set<UInt32>, budget: Int, _ body: (PackShare) throws -> Void) throws {
        let sources = Set(disks.flatMap { fitted[$0]?.origin ?? [$0] })
        try view.scatter(disks: sources, budget: budget) { share in
            guard share.records.contains(where: { homes[$0.disk] != nil }) else { return try body(share) }
            var records: [ScatterRecord] = []
            records.reserveCapacity(share.records.count)
            for record in share.records {
                guard let disks = homes[record.disk] else {
                    records.append(record)
                    continue
                }
                for disk in disks { disk.places(of: record) { records.append($0) } }
            }
            if !records.isEmpty { try body(PackShare(pack: share.pack, records: records[...])) }
        }
    }
}

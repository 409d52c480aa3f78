package import Digests
internal import RepositoryFormat

/// One run of sectors that a frame's bytes belong to.
package struct ScatterRecord: Sendable {
    package var pack: UInt32
    package var chunk: UInt32
    /// First sector in the chunk.
    package var offset: UInt32
    package var lengthInSectors: UInt32
    package var start: UInt64
    /// Number of the disk in the timeline.
    package var disk: UInt32

    /// Storage order, then disk order: what is written from one frame becomes neighbours where it can.
    static func precedes(_ left: ScatterRecord, _ right: ScatterRecord) -> Bool {
        if left.pack != right.pack { return left.pack < right.pack }
        if left.chunk != right.chunk { return left.chunk < right.chunk }
        if left.disk != right.disk { return left.disk < right.disk }
        return left.start < right.start
    }
}

/// All that one pack gives to a restore, in storage order.
package struct PackShare: Sendable {
    package let pack: Digest
    /// Sorted by chunk, then disk and place on it.
    package let records: ArraySlice<ScatterRecord>

    package init(pack: Digest, records: ArraySlice<ScatterRecord>) {
        self.pack = pack
        self.records = records
    }
}

extension View {
    /// Records held in memory at once: 32 bytes each.
    package static let scatterBudget = 2_000_000

    /// Calls `body` once for every pack that the disks need, in the order of the first use, with all places its chunks
    /// belong to; several times for a pack that belongs to more places than `budget`. Inverts the map in passes so that at
    /// most `budget` records are in memory, and twice as many while they are sorted; each pass after the first reads the
    /// map's pages again.
    package func scatter(
        disks: Set<UInt32>, budget: Int = View.scatterBudget, _ body: (PackShare) throws -> Void
    ) throws {
        var counts: [Int] = []
        var records: [ScatterRecord]? = []
        try eachDataExtent(of: disks) { disk, extent in
            let pack = Int(extent.place.pack)
            while counts.count <= pack { counts.append(0) }
            counts[pack] += 1
            records?.append(ScatterRecord(disk: disk, extent: extent))
            if (records?.count ?? 0) > budget { records = nil }
        }
        if let records {
            try deliver(records, body)
            return
        }
        for group in Self.groups(of: counts, budget: budget) {
            var records: [ScatterRecord] = []
            let count = min(counts[group].reduce(0, +), budget)
            records.reserveCapacity(count)
            try eachDataExtent(of: disks) { disk, extent in
                guard group.contains(Int(extent.place.pack)) else { return }
                records.append(ScatterRecord(disk: disk, extent: extent))
                guard records.count == count else { return }
                // The end of the group, or of what one pack may have in memory: a template that lies everywhere.
                try deliver(records, body)
                records = []
            }
            try deliver(records, body)
        }
    }

    private func eachDataExtent(of disks: Set<UInt32>, _ body: (UInt32, Extent) throws -> Void) throws {
        for disk in root.disks where disks.contains(disk.number) {
            try extents(of: disk) { extent in
                if extent.kind == .data { try body(disk.number, extent) }
            }
        }
    }

    /// Neighbouring packs whose records fit into the budget together; at least one pack each.
    static func groups(of counts: [Int], budget: Int) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = 0
        var sum = 0
        for (pack, count) in counts.enumerated() {
            if sum + count > budget, pack > start {
                groups.append(start..<pack)
                start = pack
                sum = 0
            }
            sum += count
        }
        if start < counts.count { groups.append(start..<counts.count) }
        return groups
    }

    private func deliver(_ records: [ScatterRecord], _ body: (PackShare) throws -> Void) throws {
        let sorted = records.sorted(by: ScatterRecord.precedes)
        var start = 0
        while start < sorted.count {
            var end = start
            while end < sorted.count, sorted[end].pack == sorted[start].pack { end += 1 }
            try body(PackShare(pack: packs.id(sorted[start].pack), records: sorted[start..<end]))
            start = end
        }
    }
}

extension ScatterRecord {
    fileprivate init(disk: UInt32, extent: Extent) {
        self.init(
            pack: extent.place.pack, chunk: extent.place.chunk, offset: extent.place.offset,
            lengthInSectors: UInt32(extent.length), start: extent.start, disk: disk)
    }
}

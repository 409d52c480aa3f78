/// Plain bodies of a segment's blocks (format.md, section 10.3).
extension SegmentBlock {
    private static let gapBefore: UInt8 = 1 << 5
    private static let otherDisk: UInt8 = 1 << 5
    private static let follows: UInt8 = 1 << 6

    /// The body of a delta's block: extents of one disk in order; what lies between them is unchanged. Places name packs
    /// by their number in the segment's list.
    package static func encode(extents: some Collection<Extent>, from start: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: extents.count * 9)
        var places = PlaceCoder()
        var end = start
        for extent in extents {
            var tag = extent.kind.rawValue
            if extent.start != end { tag |= gapBefore }
            if extent.kind == .data { tag |= places.tag(of: extent.place) }
            writer.append(tag)
            if extent.start != end { writer.appendVariable(extent.start - end) }
            writer.appendVariable(extent.length)
            if extent.kind == .data { places.append(extent.place, tag: tag, to: &writer) }
            end = extent.end
        }
        return writer.bytes
    }

    /// Reads what `encode(extents:from:)` wrote; `packs` are the numbers a place may name.
    package func decodeExtents(_ body: [UInt8], packs: Int, subject: String) throws(FormatError) -> [Extent] {
        var reader = ByteReader(body, subject: subject)
        var places = PlaceCoder()
        var extents: [Extent] = []
        extents.reserveCapacity(Int(entries))
        var start = range.lowerBound
        for _ in 0..<entries {
            let tag = try reader.integer(UInt8.self)
            guard let kind = ExtentKind(rawValue: tag & 3), tag < 1 << 6, kind == .data || tag & 0x1c == 0 else {
                throw reader.damaged("an extent with tag \(tag)")
            }
            if tag & Self.gapBefore != 0 {
                let gap = try reader.variable()
                guard gap > 0, gap < range.upperBound - start else { throw reader.damaged("extents leave their block") }
                start += gap
            }
            let length = try reader.variable()
            guard length > 0, length <= range.upperBound - start else {
                throw reader.damaged("extents leave their block")
            }
            var extent = Extent(start: start, length: length, kind: kind)
            if kind == .data {
                extent.place = try places.read(&reader, tag: tag, packs: packs, length: length)
            }
            extents.append(extent)
            start += length
        }
        guard start == range.upperBound, extents.first?.start == range.lowerBound else {
            throw reader.damaged("extents that do not reach their block's ends")
        }
        try reader.finish()
        return extents
    }

    /// The body of a journal's block. `diskNumber` gives a disk's place in the segment's list.
    package static func encode(
        records: some Collection<JournalRecord>, diskNumber: (UInt32) -> Int
    ) -> [UInt8] {
        var writer = ByteWriter(capacity: records.count * 16)
        var places = PlaceCoder()
        var time: Int64 = 0
        var end: UInt64 = 0
        var disk = 0
        for record in records {
            let number = diskNumber(record.disk)
            var tag = record.kind.rawValue
            if number != disk { tag |= otherDisk }
            if record.start == end { tag |= follows }
            if record.kind == .data { tag |= places.tag(of: record.place) }
            writer.append(tag)
            writer.appendZigzag(record.time / 1_000 - time)
            if number != disk { writer.appendVariable(UInt64(number)) }
            if record.start != end { writer.appendZigzag(Int64(bitPattern: record.start &- end)) }
            writer.appendVariable(record.length)
            if record.kind == .data { places.append(record.place, tag: tag, to: &writer) }
            time = record.time / 1_000
            end = record.start + record.length
            disk = number
        }
        return writer.bytes
    }

    /// Reads what `encode(records:diskNumber:)` wrote.
    package func decodeRecords(
        _ body: [UInt8], disks: [SegmentDisk], packs: Int, subject: String
    ) throws(FormatError) -> [JournalRecord] {
        var reader = ByteReader(body, subject: subject)
        var places = PlaceCoder()
        var records: [JournalRecord] = []
        records.reserveCapacity(Int(entries))
        var time: Int64 = 0
        var end: UInt64 = 0
        var disk = 0
        for _ in 0..<entries {
            let tag = try reader.integer(UInt8.self)
            guard let kind = JournalRecord.Kind(rawValue: tag & 3), tag < 1 << 7, kind == .data || tag & 0x1c == 0
            else { throw reader.damaged("a record with tag \(tag)") }
            time &+= try reader.zigzag()
            guard time.magnitude <= Limits.time.magnitude / 1_000, time * 1_000 >= earliest, time * 1_000 <= latest
            else { throw reader.damaged("a time outside its block") }
            if tag & Self.otherDisk != 0 {
                let number = try reader.variable()
                guard number < UInt64(disks.count) else { throw reader.damaged("a record of an unknown disk") }
                disk = Int(number)
            }
            guard disk < disks.count else { throw reader.damaged("a record of an unknown disk") }
            let start = tag & Self.follows != 0 ? end : end &+ UInt64(bitPattern: try reader.zigzag())
            let length = try reader.variable()
            let sectors = disks[disk].sizeInBytes / 512
            guard (length == 0) == (kind == .tick), start <= sectors, length <= sectors - start else {
                throw reader.damaged("a record beyond its disk")
            }
            var record = JournalRecord(
                time: time * 1_000, disk: disks[disk].number, kind: kind, start: start, length: length)
            if kind == .data {
                record.place = try places.read(&reader, tag: tag, packs: packs, length: length)
            }
            records.append(record)
            end = start + length
        }
        try reader.finish()
        return records
    }
}

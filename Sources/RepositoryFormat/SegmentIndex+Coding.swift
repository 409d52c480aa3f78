package import Digests

extension SegmentIndex {
    private static let fixedLength = 152
    private static let diskLength = 32

    /// Bytes of the index part; offsets of blocks and frames follow from it.
    package static func byteCount(
        disks: Int, packs: [PackReference], blocks: Int, frames: Int, chunks: Int
    ) -> Int {
        fixedLength + disks * diskLength + packs.reduce(0) { $0 + 36 + $1.frames.count * 8 }
            + blocks * SegmentBlock.byteCount + frames * PackIndex.frameSize + chunks * PackIndex.chunkSize
    }

    /// The index part; `following` bytes of blocks and frames come behind it in the object.
    package func encoded(following: Int) -> [UInt8] {
        let count = Self.byteCount(
            disks: disks.count, packs: packs, blocks: blocks.count, frames: inline.frames.count,
            chunks: inline.chunks.count)
        var writer = ByteWriter(capacity: count)
        ObjectHeader.begin(.segment, in: &writer)
        writer.append(host.byteArray)
        writer.append(base)
        writer.append(last)
        writer.append(kind.rawValue)
        writer.append(UInt8(hasClockSteps ? 1 : 0))
        writer.zeros(2)
        writer.append(granularityInMilliseconds)
        for time in [earliest, latest, endTime] { writer.append(time) }
        writer.append(UInt64(count))
        for number in [disks.count, packs.count, blocks.count, inline.frames.count, inline.chunks.count, 0] {
            writer.append(UInt32(number))
        }
        writer.append(entries)
        for disk in disks {
            writer.append(disk.id.byteArray)
            writer.append(disk.number)
            writer.append(UInt32(0))
            writer.append(disk.sizeInBytes)
        }
        PackReference.append(packs, to: &writer)
        for block in blocks { block.encode(into: &writer) }
        inline.encodeTables(into: &writer)
        precondition(writer.bytes.count == count, "a segment index of another length than announced")
        ObjectHeader.seal(&writer, following: following)
        return writer.bytes
    }

    /// Reads an index part whose digest was already compared. `bytes` is the index part alone, `objectLength` what the
    /// history says of the whole object.
    package static func decode(_ bytes: [UInt8], digest: Digest, objectLength: UInt64) throws(FormatError)
        -> SegmentIndex
    {
        let subject = "Segment \(digest.hex.prefix(8))"
        var reader = ByteReader(bytes, subject: subject)
        guard try ObjectHeader.check(&reader, as: .segment) == objectLength else {
            throw reader.damaged("it announces another length than the history")
        }
        let host = try reader.identifier()
        let base = try reader.position()
        let last = try reader.position()
        guard let kind = Layer.Kind(rawValue: try reader.integer()) else { throw reader.damaged("an unknown kind") }
        let flags = try reader.integer(UInt8.self)
        guard flags < 2 else { throw reader.damaged("flags \(flags)") }
        try reader.zeros(2)
        let granularity = try reader.integer(UInt32.self)
        let times = (try reader.time(), try reader.time(), try reader.time())
        guard base < last, times.0 <= times.2, times.2 <= times.1 else {
            throw reader.damaged("its fields contradict one another")
        }
        guard try reader.integer(UInt64.self) == UInt64(bytes.count) else {
            throw FormatError(
                .wrongLength, "\(subject) announces an index part of another length than \(bytes.count) bytes.")
        }
        let diskCount = try reader.count("disks", limit: Limits.disksInMap)
        let packCount = try reader.count("packs", limit: Limits.packsInSegment)
        let blockCount = try reader.count("blocks", limit: Limits.blocksInSegment)
        let frameCount = try reader.count("frames", limit: Limits.framesInPack)
        let chunkCount = try reader.count("chunks", limit: Limits.chunksInPack)
        try reader.zeros(4)
        let entries = try reader.integer(UInt64.self)
        var disks: [SegmentDisk] = []
        for _ in 0..<diskCount {
            let disk = try SegmentDisk.decode(&reader)
            if let last = disks.last, last.number >= disk.number { throw reader.damaged("disks out of order") }
            disks.append(disk)
        }
        let packs = try PackReference.read(&reader, count: packCount)
        var blocks: [SegmentBlock] = []
        var offset = UInt64(bytes.count)
        for _ in 0..<blockCount {
            let block = try SegmentBlock.decode(&reader, kind: kind, disks: disks)
            guard block.offset == offset, block.follows(blocks.last, in: kind) else {
                throw reader.damaged("a block out of order")
            }
            guard kind == .delta || times.0 <= block.earliest && block.latest <= times.1 else {
                throw reader.damaged("a block of another time")
            }
            offset += UInt64(block.storedLength)
            blocks.append(block)
        }
        let inline = try PackIndex.decodeTables(
            &reader, frames: frameCount, chunks: chunkCount, from: offset, subject: subject)
        try reader.finish()
        guard inline.packLength == objectLength, blocks.reduce(0, { $0 + UInt64($1.entries) }) == entries else {
            throw reader.damaged("its blocks and frames do not fill it")
        }
        guard entries <= (kind == .journal ? Limits.recordsInJournal : Limits.entriesInSegment),
            inline.packLength - offset <= Limits.framesInSegment
        else {
            throw FormatError(.aboveLimit, "\(subject) holds \(entries) entries or frames inside, above the limit.")
        }
        guard diskCount > 0, kind == .delta ? inline.frames.isEmpty : fills(records: entries, from: base, to: last)
        else { throw reader.damaged("it holds other entries than it says") }
        return SegmentIndex(
            host: host, kind: kind, hasClockSteps: flags & 1 == 1, granularityInMilliseconds: granularity, base: base,
            last: last, earliest: times.0, latest: times.1, endTime: times.2, entries: entries, disks: disks,
            packs: packs, blocks: blocks, inline: inline)
    }
}

extension SegmentIndex {
    /// Whether a journal from `base` to `last` has so many records: each takes one sequence number, and an epoch begins
    /// with 1.
    static func fills(records: UInt64, from base: Position, to last: Position) -> Bool {
        base < last && records > 0 && records == last.sequence - (base.epoch == last.epoch ? base.sequence : 0)
    }
}

extension SegmentDisk {
    fileprivate static func decode(_ reader: inout ByteReader) throws(FormatError) -> SegmentDisk {
        let id = try reader.identifier()
        let number = try reader.integer(UInt32.self)
        try reader.zeros(4)
        let size = try reader.integer(UInt64.self)
        guard size > 0, size % 512 == 0, size <= Limits.diskSize else {
            throw reader.damaged("a disk of \(size) bytes")
        }
        return SegmentDisk(id: id, number: number, sizeInBytes: size)
    }
}

extension SegmentBlock {
    /// Whether this may stand behind `previous` (nil: whether it may be the first).
    fileprivate func follows(_ previous: SegmentBlock?, in kind: Layer.Kind) -> Bool {
        switch kind {
        case .journal: range.lowerBound == previous?.range.upperBound ?? 0
        case .delta:
            previous.map { ($0.disk, $0.range.upperBound) <= (disk, range.lowerBound) } ?? true
        }
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.append(disk)
        writer.append(entries)
        writer.append(range.lowerBound)
        writer.append(range.upperBound)
        writer.append(earliest)
        writer.append(latest)
        writer.append(offset)
        writer.append(UInt32(storedLength))
        writer.append(UInt32(plainLength))
        writer.append(digest)
    }

    fileprivate static func decode(
        _ reader: inout ByteReader, kind: Layer.Kind, disks: [SegmentDisk]
    ) throws(FormatError) -> SegmentBlock {
        let disk = try reader.integer(UInt32.self)
        let entries = try reader.count("entries of a block", limit: Limits.entriesInBlock)
        let first = try reader.integer(UInt64.self)
        let end = try reader.integer(UInt64.self)
        let earliest = try reader.time()
        let latest = try reader.time()
        let offset = try reader.integer(UInt64.self)
        let stored = try reader.count("stored bytes of a block", limit: Limits.segmentBlock + (64 << 10))
        let plain = try reader.count("bytes of a block", limit: Limits.segmentBlock)
        let digest = try reader.digest()
        guard entries > 0, first < end, earliest <= latest, stored > 0, plain > 0 else {
            throw reader.damaged("an empty block")
        }
        switch kind {
        case .journal:
            guard disk == 0, end - first == UInt64(entries) else { throw reader.damaged("a block of other records") }
        case .delta:
            guard Int(disk) < disks.count, end <= disks[Int(disk)].sizeInBytes / 512, earliest == 0, latest == 0 else {
                throw reader.damaged("a block beyond its disk")
            }
        }
        return SegmentBlock(
            disk: disk, entries: UInt32(entries), range: first..<end, earliest: earliest, latest: latest,
            offset: offset, storedLength: stored, plainLength: plain, digest: digest)
    }
}

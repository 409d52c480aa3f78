internal import Digests
package import RepositoryFormat
internal import Synchronization
internal import Zstd

/// An opened segment: its index part is in memory, blocks are fetched, verified and opened when they are needed.
package final class LayerReader: Sendable {
    package let layer: Layer
    package let index: SegmentIndex
    private let repository: Repository
    private let name: String
    /// For every number a place may name: the number in the view's pack table.
    private let packNumbers: [UInt32]

    /// Reads and verifies the index part. Places come out with pack numbers of `packs`.
    package init(
        _ layer: Layer, repository: Repository, host: HostIdentifier, packs: PackTable
    ) throws(RepositoryError) {
        self.layer = layer
        self.repository = repository
        name = ObjectName.segment(host: host, last: layer.last, digest: layer.index.digest)
        index = try repository.readSegmentIndex(layer, host: host)
        var numbers = index.packs.map { packs.number(of: $0.pack) }
        if !index.inline.frames.isEmpty {
            repository.indexes.adopt(index, of: layer, in: name)
            numbers.append(packs.number(of: layer.index.digest))
        }
        packNumbers = numbers
    }

    /// The extents of a delta's block.
    package func extents(ofBlock number: Int) throws(RepositoryError) -> [Extent] {
        let block = index.blocks[number]
        let body = try self.body(of: block)
        let subject = "Segment \(layer.index.digest.hex.prefix(8))"
        var extents = try decoding { () throws(FormatError) in
            try block.decodeExtents(body, packs: index.placeablePacks, subject: subject)
        }
        for position in extents.indices where extents[position].kind == .data {
            extents[position].place.pack = packNumbers[Int(extents[position].place.pack)]
        }
        return extents
    }

    /// The records of a journal's block.
    package func records(ofBlock number: Int) throws(RepositoryError) -> [JournalRecord] {
        let block = index.blocks[number]
        let body = try self.body(of: block)
        let subject = "Segment \(layer.index.digest.hex.prefix(8))"
        var records = try decoding { () throws(FormatError) in
            try block.decodeRecords(body, disks: index.disks, packs: index.placeablePacks, subject: subject)
        }
        for position in records.indices where records[position].kind == .data {
            records[position].place.pack = packNumbers[Int(records[position].place.pack)]
        }
        return records
    }

    /// Calls `body` with every record up to and with `position`, in order.
    package func eachRecord(
        upTo position: Position? = nil, _ body: (JournalRecord) throws(RepositoryError) -> Void
    ) throws(RepositoryError) {
        let count = position.map { index.records(upTo: $0) } ?? index.entries
        for number in index.blocks.indices where index.blocks[number].range.lowerBound < count {
            let first = index.blocks[number].range.lowerBound
            for (offset, record) in try records(ofBlock: number).enumerated() where first + UInt64(offset) < count {
                try body(record)
            }
        }
    }

    private func body(of block: SegmentBlock) throws(RepositoryError) -> [UInt8] {
        let subject = "Segment \(layer.index.digest.hex.prefix(8))"
        let stored: [UInt8]
        do {
            stored = try repository.store.read(name, at: block.offset, count: block.storedLength)
        } catch { throw RepositoryError(error, object: subject) }
        guard SHA256.digest(of: stored) == block.digest else {
            throw RepositoryError(
                .damaged, "\(subject) (\(name)) is damaged: its bytes from \(block.offset) do not match their digest.")
        }
        do {
            return try Decompressor().decompress(stored[...], length: block.plainLength)
        } catch { throw RepositoryError(.damaged, "\(subject) (\(name)) is damaged: \(error).") }
    }
}

extension SegmentIndex {
    /// How many of a journal's records lie at or before `position`.
    package func records(upTo position: Position) -> UInt64 {
        guard position < last else { return entries }
        guard position.epoch == last.epoch, position.sequence + entries > last.sequence else { return 0 }
        return position.sequence + entries - last.sequence
    }

    /// The position of a journal's record, counted from 0.
    package func position(ofRecord number: UInt64) -> Position {
        Position(epoch: last.epoch, sequence: last.sequence - entries + 1 + number)
    }
}

extension Repository {
    /// The verified index part of a segment.
    package func readSegmentIndex(_ layer: Layer, host: HostIdentifier) throws(RepositoryError) -> SegmentIndex {
        let name = ObjectName.segment(host: host, last: layer.last, digest: layer.index.digest)
        let subject = "Segment \(layer.index.digest.hex.prefix(8))"
        let bytes: [UInt8]
        do {
            bytes = try store.read(name, at: 0, count: Int(layer.index.length))
        } catch { throw RepositoryError(error, object: subject) }
        guard SHA256.digest(of: bytes) == layer.index.digest else {
            throw RepositoryError(.damaged, "\(subject) is damaged: \(name) does not match its digest.")
        }
        let index = try decoding { () throws(FormatError) in
            try SegmentIndex.decode(bytes, digest: layer.index.digest, objectLength: layer.length)
        }
        guard index.host == host, index.kind == layer.kind, index.base == layer.base, index.last == layer.last,
            index.entries == layer.entries
        else { throw RepositoryError(.damaged, "\(subject) is damaged: it is another segment than the history lists.") }
        return index
    }
}

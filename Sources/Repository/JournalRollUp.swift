internal import Buffers
internal import Digests
internal import RepositoryFormat

/// Joins neighbouring segments into one journal and one delta. Frames that the segments carried inside become a pack, as
/// they are stored: nothing is compressed again.
struct JournalRollUp {
    private let repository: Repository
    private let store: any WritableObjectStore
    private let host: HostList.Host
    private let packs = PackTable()

    init(_ repository: Repository, store: any WritableObjectStore, host: HostList.Host) {
        self.repository = repository
        self.store = store
        self.host = host
    }

    /// The new layers of a chain of segments: the journal and the delta.
    func join(_ group: [Layer]) throws -> [Layer] {
        guard let first = group.first, let last = group.last else { preconditionFailure("no segments to join") }
        let readers = try group.map { layer throws(RepositoryError) in
            try LayerReader(layer, repository: repository, host: host.id, packs: packs)
        }
        let moved = try moveFrames(of: readers)
        var records: [JournalRecord] = []
        records.reserveCapacity(group.reduce(0) { $0 + Int($1.entries) })
        for reader in readers {
            let own = reader.index.inline.frames.isEmpty ? nil : packs.number(of: reader.layer.index.digest)
            try reader.eachRecord { record throws(RepositoryError) in
                var record = record
                if record.kind == .data, record.place.pack == own, let target = moved[record.place.pack] {
                    record.place.pack = target.pack
                    record.place.chunk += target.firstChunk
                }
                records.append(record)
            }
        }
        var subject = SegmentSubject(
            host: host.id, base: first.base, last: last.last, earliest: group.map(\.earliest).min() ?? 0,
            latest: group.map(\.latest).max() ?? 0, endTime: last.endTime,
            hasClockSteps: group.contains { $0.hasClockSteps }
                || zip(group, group.dropFirst()).contains { $1.earliest < $0.endTime },
            granularityInMilliseconds: 0, level: 1, disks: readers[0].index.disks)
        let segments = SegmentStore(
            store: store, packs: packs, frames: FrameFinder(repository: repository, packs: packs))
        let journal = try segments.storeJournal(records, subject)
        var writes: [UInt32: [Extent]] = [:]
        for record in records {
            if let extent = record.extent { writes[record.disk, default: []].append(extent) }
        }
        records = []
        subject.granularityInMilliseconds = subject.span
        let delta = try segments.storeDelta(subject) { disk, body in
            for extent in Overlay(writes: writes[disk.number] ?? []).extents { try body(extent) }
        }
        return [journal, delta]
    }

    private struct Target {
        var pack: UInt32
        var firstChunk: UInt32
    }

    /// Puts the frames of all segments into one pack; answers where each segment's chunks went.
    private func moveFrames(of readers: [LayerReader]) throws -> [UInt32: Target] {
        let carrying = readers.filter { !$0.index.inline.frames.isEmpty }
        guard !carrying.isEmpty else { return [:] }
        let length = carrying.reduce(ObjectHeader.byteCount) { sum, reader in
            sum + reader.index.inline.frames.reduce(0) { $0 + $1.storedLength }
        }
        let buffer = AlignedBuffer(capacity: length)
        var used = ObjectHeader.byteCount
        var frames: [FrameRecord] = []
        var chunks: [ChunkRecord] = []
        var firsts: [(segment: UInt32, chunk: Int)] = []
        for reader in carrying {
            firsts.append((packs.number(of: reader.layer.index.digest), chunks.count))
            for (number, var frame) in reader.index.inline.frames.enumerated() {
                let target = buffer[used..<used + frame.storedLength]
                try read(frame, number, of: reader, into: target)
                frame.offset = UInt64(used)
                frame.firstChunk += firsts[firsts.count - 1].chunk
                frames.append(frame)
                used += frame.storedLength
            }
            chunks += reader.index.inline.chunks
        }
        var header = ByteWriter()
        ObjectHeader.begin(.pack, in: &header)
        ObjectHeader.seal(&header, following: used - ObjectHeader.byteCount)
        buffer[0..<ObjectHeader.byteCount].withMutableBytes { $0.copyBytes(from: header.bytes) }
        let index = try PackIndex(frames: frames, chunks: chunks)
        let pack = packs.number(of: try PackObject.store(index, buffer[0..<used], in: store))
        return Dictionary(
            uniqueKeysWithValues: firsts.map { ($0.segment, Target(pack: pack, firstChunk: UInt32($0.chunk))) })
    }

    /// The stored bytes of a frame, verified: a damaged one must not get a new name.
    private func read(_ frame: FrameRecord, _ number: Int, of reader: LayerReader, into target: BufferSlice) throws {
        let name = repository.indexes.objectName(of: reader.layer.index.digest)
        do {
            try store.read(name, at: frame.offset, into: target)
        } catch { throw RepositoryError(error, object: name) }
        guard target.withBytes({ SHA256().digest(of: $0) }) == frame.digest else {
            throw FrameReader.damaged(reader.layer.index.digest, number, frame, "does not match its digest")
        }
    }
}

extension SegmentSubject {
    /// The span of time in milliseconds, as the granularity of a delta.
    var span: UInt32 { UInt32(clamping: max(1, (latest - earliest) / 1_000_000)) }
}

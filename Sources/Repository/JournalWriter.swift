package import Buffers
internal import Digests
internal import LinuxSystem
package import RepositoryFormat

/// Publishes an ordered stream of writes as segments (format.md, section 10).
///
/// The state it goes on from is the newest of the timeline: who cannot vouch that nothing was written since then opens a gap
/// first (`beginGap`). Opening takes the timeline over: an older writer is refused from then on. One thread at a time;
/// memory: one segment's chunks, its records, and a bounded index for deduplication.
///
/// Over HTTP it holds the server's lease on the host, knows the chunks that it stored itself, and leaves rolling up to the
/// server: whoever has a capture token takes nothing out of a head.
package final class JournalWriter {
    package struct Options: Sendable {
        /// A segment is published after so long, in nanoseconds of the monotonic clock.
        package var interval: UInt64 = 5_000_000_000
        /// … or after so many new plain bytes.
        package var plainLimit = 8 << 20
        /// … or after so many records.
        package var recordLimit = 65_536
        /// Frames of at most so many stored bytes are carried inside the segment; more become a pack.
        package var inlineLimit = 512 << 10
        /// As in zstd's command line.
        package var compressionLevel: Int32 = 3
        /// Nanoseconds after which a publication takes a new lease: one holds up what is condemned while it lasts, so a writer
        /// that runs for months changes it now and then.
        package var leaseLength: UInt64 = 600_000_000_000
        /// Rolls the history up after publishing, when there is enough and the store is not a server's.
        package var rollsUp = true
        package var windows = RollUp.Windows()
        /// Name and version of the program, for the heads.
        package var program: String

        package init(program: String) { self.program = program }
    }

    package let repository: Repository
    package let epoch: UInt64
    package let host: HostList.Host
    /// The position after the last record that was taken.
    package private(set) var position: Position
    /// The last position that is published, and its time.
    package private(set) var published: Position
    private var publishedTime: Int64
    private let options: Options
    private let store: any WritableObjectStore
    private let publisher: HistoryPublisher
    private var lease: (any WriterLease)?
    private let remoteLease: RemoteLease?
    private var leasedAt = Clocks.monotonicNanoseconds
    private let packs = PackTable()
    private let frames: FrameFinder
    private let segments: SegmentStore
    private let collector: FrameCollector
    private var recent = RecentChunks()
    private let hasher = SHA256()
    private let disks: [SegmentDisk]
    private var records: [JournalRecord] = []
    private var lastTime: Int64
    private var hasClockSteps = false
    private var openedAt = Clocks.monotonicNanoseconds
    private var marks: [Mark] = []

    /// Takes over a host's timeline. Throws `noMoment` when the host was never scanned: journals need a state to go on from.
    package init(_ timeline: Timeline, options: Options) throws(RepositoryError) {
        repository = timeline.repository
        host = timeline.host
        self.options = options
        guard let store = repository.store as? any WritableObjectStore else {
            throw RepositoryError(.badInput, "The repository can only be read from here.")
        }
        self.store = store
        if let remote = store as? HTTPWritableStore {
            remoteLease = try RemoteLease(remote, host: timeline.host.name)
        } else {
            remoteLease = nil
        }
        publisher = try HistoryPublisher(timeline)
        publisher.holdsLease = true
        let condemned: CondemnedList
        do {
            // Before anything is looked at: what is condemned from here on waits for its end.
            lease = try store.beginWriting()
            condemned = try CondemnedList.load(store)
        } catch { throw RepositoryError(error, object: "The lease of the writer") }
        try publisher.refresh()
        // Taken over first: until then the older writer may still publish, and what this one goes on from would be old.
        let epoch = try Self.takeOver(publisher, options.program)
        self.epoch = epoch
        let current = try repository.timeline(of: timeline.host, head: publisher.head, digest: publisher.digest)
        guard let base = current.history.newest, let path = current.history.path(to: base) else {
            throw RepositoryError(
                .noMoment, "\(host.name) has no complete moment yet. Capture its disks first; then writes can follow.")
        }
        disks = try repository.readMapRoot(path.base, host: host.id).disks.map {
            SegmentDisk(id: $0.id, number: $0.number, sizeInBytes: $0.sizeInBytes)
        }
        publishedTime = path.layers.last?.endTime ?? path.base.time
        lastTime = publishedTime
        published = base
        position = base
        frames = FrameFinder(repository: repository, packs: packs)
        segments = SegmentStore(store: store, packs: packs, frames: frames)
        collector = FrameCollector(capacity: options.plainLimit, level: options.compressionLevel)
        try learnChunks(condemned)
    }

    /// From here on every older writer is refused. Answers the epoch.
    private static func takeOver(_ publisher: HistoryPublisher, _ program: String) throws(RepositoryError) -> UInt64 {
        var epoch: UInt64 = 0
        try publisher.amend(program: program) { head in
            head.epoch += 1
            epoch = head.epoch
            return true
        }
        return epoch
    }

    /// Takes a new lease and forgets what was condemned since the last one.
    private func renewLease() throws(RepositoryError) {
        guard Clocks.monotonicNanoseconds - leasedAt >= options.leaseLength else { return }
        if let remoteLease {
            // What the server condemned meanwhile is not known here: all of it is sent again when it is written again.
            recent.forget { _ in true }
            leasedAt = Clocks.monotonicNanoseconds
            return try remoteLease.renew()
        }
        guard lease != nil else { return }
        do {
            let next = try store.beginWriting()
            let condemned = try CondemnedList.load(store)
            recent.forget { condemned.contains(pack: packs.id($0)) }
            lease = next
            leasedAt = Clocks.monotonicNanoseconds
        } catch { throw RepositoryError(error, object: "The lease of the writer") }
    }

    /// Fills the index for deduplication from the packs there are, as far as it goes.
    private func learnChunks(_ condemned: CondemnedList) throws(RepositoryError) {
        let names: [String]
        do {
            names = try store.list(ObjectName.packs)
        } catch {
            guard error.code != .unsupported else { return }
            throw RepositoryError(error, object: "The list of packs")
        }
        for name in names {
            guard !recent.isFull else { return }
            // A pack that cannot be used is not worth stopping for: its chunks are stored again.
            guard let id = ObjectName.packID(ofIndex: name), !condemned.excludes(id),
                let index = try? condemned.usable(id, in: store)
            else { continue }
            let number = packs.number(of: id)
            for frame in index.frames.indices where index.holds(frame: frame) {
                for chunk in index.chunks(ofFrame: frame) {
                    recent.insert(index.chunks[chunk].identity, Place(pack: number, chunk: UInt32(chunk)))
                }
            }
        }
    }

    /// Adds a write of plain bytes. `offset` and their count are multiples of 512; `time` in nanoseconds since 1970, UTC.
    package func write(time: Int64, disk: UInt32, offset: UInt64, _ bytes: BufferSlice) throws(RepositoryError) {
        try check(disk, offset, UInt64(bytes.count))
        var start = 0
        while start < bytes.count {
            // Whole chunks of at most 256 KiB, cut on their own size so that equal large writes are cut alike.
            let count = min(bytes.count - start, 256 << 10)
            let part = bytes[start..<start + count]
            if collector.plainBytes >= options.plainLimit { try publish() }
            let sector = (offset + UInt64(start)) / 512
            let sectors = UInt64(count) / 512
            if part.isAllZero {
                add(JournalRecord(time: time, disk: disk, kind: .zero, start: sector, length: sectors))
            } else {
                let identity = part.withBytes { hasher.digest(of: $0) }
                let place: Place
                if let known = recent.place(of: identity) {
                    place = known
                } else {
                    place = Place(pack: SegmentStore.inlinePack, chunk: try collector.number(of: identity, part))
                }
                add(JournalRecord(time: time, disk: disk, kind: .data, start: sector, length: sectors, place: place))
            }
            start += count
        }
        try publishWhenDue()
    }

    /// Adds a write of zeros, or a discard. Offset and length in bytes, multiples of 512.
    package func clear(
        _ kind: JournalRecord.Kind, time: Int64, disk: UInt32, offset: UInt64, length: UInt64
    ) throws(RepositoryError) {
        precondition(kind == .zero || kind == .discard, "only zeros and discards have no bytes")
        try check(disk, offset, length)
        add(JournalRecord(time: time, disk: disk, kind: kind, start: offset / 512, length: length / 512))
        try publishWhenDue()
    }

    /// Says that nothing was written until `time`.
    package func tick(time: Int64) throws(RepositoryError) {
        add(JournalRecord(time: time, disk: disks[0].number, kind: .tick, start: 0, length: 0))
        try publishWhenDue()
    }

    private func check(_ disk: UInt32, _ offset: UInt64, _ length: UInt64) throws(RepositoryError) {
        guard let known = disks.first(where: { $0.number == disk }), length > 0, offset % 512 == 0, length % 512 == 0,
            offset <= known.sizeInBytes, length <= known.sizeInBytes - offset
        else {
            throw RepositoryError(
                .badInput,
                "A write of \(length) bytes at \(offset) does not fit disk \(disk) of \(host.name) as it was scanned. "
                    + "Nothing of it was stored; scan the host again when its disks were changed.")
        }
    }

    private func add(_ record: JournalRecord) {
        var record = record
        record.time = record.time / 1_000 * 1_000
        if record.time < lastTime / 1_000 * 1_000 { hasClockSteps = true }
        lastTime = record.time
        records.append(record)
        position = Position(epoch: epoch, sequence: position.epoch == epoch ? position.sequence + 1 : 1)
    }

    private func publishWhenDue() throws(RepositoryError) {
        guard
            records.count >= options.recordLimit || collector.plainBytes >= options.plainLimit
                || Clocks.monotonicNanoseconds - openedAt >= options.interval
        else { return }
        try publish()
    }
}

extension JournalWriter {
    /// Publishes what was taken so far; afterwards it survives a power cut of the repository.
    package func publish() throws(RepositoryError) {
        openedAt = Clocks.monotonicNanoseconds
        guard !records.isEmpty else { return }
        try remoteLease?.ensure()
        let layer = try storeSegment()
        let marks = self.marks
        try publisher.amend(epoch: epoch, program: options.program) { head in
            // There already when an earlier attempt was published and its answer lost.
            if !head.entries.layers.contains(layer) { head.entries.layers.append(layer) }
            head.entries.marks += marks.filter { !head.entries.marks.contains($0) }
            return true
        }
        self.marks = []
        published = layer.last
        publishedTime = layer.endTime
        records.removeAll(keepingCapacity: true)
        collector.reset()
        hasClockSteps = false
        // Nothing is half done here: all that was referred to is published.
        defer { extendLifetime(lease) }
        try renewLease()
        guard options.rollsUp, remoteLease == nil, publisher.head.entries.layers.count(where: { $0.level == 0 }) > 1
        else { return }
        try RollUp(publisher, program: options.program, windows: options.windows).run()
    }

    private func storeSegment() throws(RepositoryError) -> Layer {
        try collector.finish()
        let isInline = collector.content.count <= options.inlineLimit
        if !collector.chunks.isEmpty, !isInline { try storePack() }
        let times = records.lazy.map(\.time)
        let subject = SegmentSubject(
            host: host.id, base: published, last: position, earliest: times.min() ?? lastTime,
            latest: times.max() ?? lastTime, endTime: lastTime, hasClockSteps: hasClockSteps,
            granularityInMilliseconds: 0, level: 0, disks: disks)
        guard !collector.chunks.isEmpty, isInline else { return try segments.storeJournal(records, subject) }
        let frames = collector.frames.map { frame in
            var frame = frame
            frame.offset -= UInt64(ObjectHeader.byteCount)
            return frame
        }
        return try segments.storeJournal(
            records, subject, inline: (frames, collector.chunks, collector.content))
    }

    /// Stores the new chunks as a pack, and lets the records name it.
    private func storePack() throws(RepositoryError) {
        let index = try decoding { () throws(FormatError) in
            try PackIndex(frames: collector.frames, chunks: collector.chunks)
        }
        let id = try PackObject.store(index, collector.pack(), in: store)
        let number = packs.number(of: id)
        frames.note(index, pack: number)
        for index in records.indices
        where records[index].kind == .data && records[index].place.pack == SegmentStore.inlinePack {
            records[index].place.pack = number
        }
        for (chunk, record) in collector.chunks.enumerated() {
            recent.insert(record.identity, Place(pack: number, chunk: UInt32(chunk)))
        }
    }

    /// Names the present position. Shown in every list once it is published, which this does.
    package func mark(_ kind: Mark.Kind, label: String = "") throws(RepositoryError) {
        guard label.utf8.count <= Limits.name else {
            throw RepositoryError(
                .badInput, "The label has \(label.utf8.count) bytes; at most \(Limits.name) are possible.")
        }
        let mark = Mark(position: position, time: lastTime, kind: kind, label: label)
        guard records.isEmpty else {
            marks.append(mark)
            return try publish()
        }
        try publisher.amend(epoch: epoch, program: options.program) { head in
            head.entries.marks.append(mark)
            return true
        }
    }

    /// From here on states are not, or not finely, known, until `endGap`. Publishes at once.
    package func beginGap(_ reason: Gap.Reason) throws(RepositoryError) {
        try publish()
        let gap = Gap(reason: reason, from: published, to: nil, fromTime: publishedTime, toTime: nil)
        try publisher.amend(epoch: epoch, program: options.program) { head in
            // A gap of an earlier writer that never ended goes on; the states since its start are as little known.
            guard !head.entries.gaps.contains(where: { $0.to == nil && $0.isUnknown }) else { return false }
            head.entries.gaps.append(gap)
            return true
        }
    }

    /// The state is known again: everything that changed meanwhile was written. `time` as in `tick`.
    package func endGap(time: Int64) throws(RepositoryError) {
        try tick(time: time)
        try publish()
        let end = published
        let endTime = publishedTime
        try publisher.amend(epoch: epoch, program: options.program) { head in
            head.entries.endGaps(at: end, time: endTime)
            return true
        }
    }
}

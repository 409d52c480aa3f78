package import Digests
internal import FoundationEssentials
internal import LinuxSystem
package import RepositoryFormat

/// One capture's way into a host's timeline: grants deduplication, takes frames, and commits a moment as a new head.
///
/// Made by `Repository.write(host:)`, which holds the host's writer lock around it. Nothing is visible to readers before
/// `commit` created the head; whatever stops a capture earlier leaves garbage that the next one reuses.
package final class TimelineWriter: Sendable {
    package let repository: Repository
    package let chunks: ChunkIndex
    package let writer: PackWriter
    /// Packs that were there and could not be used for deduplication, in words.
    package let warnings: [String]
    /// The timeline so far; nil for a host's first capture.
    package let previous: Timeline?
    package let host: HostList.Host
    private let store: any WritableObjectStore
    private let remote: HTTPWritableStore?
    private let packs: PackTable
    private let catalog: PackCatalog

    init(
        repository: Repository, store: any WritableObjectStore, host: HostList.Host, previous: Timeline?,
        packLength: Int
    ) throws(RepositoryError) {
        self.repository = repository
        self.store = store
        self.host = host
        self.previous = previous
        chunks = ChunkIndex()
        packs = PackTable()
        catalog = PackCatalog()
        remote = store as? HTTPWritableStore
        warnings = remote == nil ? try Self.learn(store, chunks, packs, catalog) : []
        writer = try PackWriter(
            store: store, chunks: chunks, packs: packs, catalog: catalog, targetLength: packLength)
    }

    /// Fills the index from all packs there are; answers what is wrong with those that cannot be used.
    private static func learn(
        _ store: any WritableObjectStore, _ chunks: ChunkIndex, _ packs: PackTable, _ catalog: PackCatalog
    ) throws(RepositoryError) -> [String] {
        var warnings: [String] = []
        do {
            let condemned = try CondemnedList.load(store)
            for name in try store.list(ObjectName.packs) {
                guard let id = ObjectName.packID(ofIndex: name), !condemned.excludes(id) else { continue }
                do {
                    guard let index = try condemned.usable(id, in: store) else {
                        warnings.append("Pack \(id.hex.prefix(8)) is missing or has another length; it is not used.")
                        continue
                    }
                    let number = packs.number(of: id)
                    chunks.add(index, pack: number)
                    catalog.add(index, pack: number)
                } catch {
                    guard error.code == .damaged || error.code == .unsupported else { throw error }
                    warnings.append("\(error.message) It is not used for deduplication.")
                }
            }
        } catch let error as StoreError {
            throw RepositoryError(error, object: "The list of packs")
        } catch let error as RepositoryError {
            throw error
        } catch { throw RepositoryError(.inputOutput, "The packs cannot be listed: \(error)") }
        return warnings
    }

    /// Whether deduplication is the server's: then `learn` must see identities before they are claimed.
    package var asksServer: Bool { remote != nil }

    /// Asks the server for chunks that are not known here yet. One request for up to 4 096 of them. Blocks.
    package func learn(_ identities: [Digest]) throws(RepositoryError) {
        guard let remote else { return }
        let wanted = chunks.unknown(identities)
        guard !wanted.isEmpty else { return }
        for (identity, known) in zip(wanted, try remote.known(wanted, host: host.name)) {
            guard let known else { continue }
            let place = Place(pack: packs.number(of: known.pack), chunk: known.chunk)
            catalog.add(frame: known.frame, of: place)
            chunks.add(identity, at: place)
        }
    }

    /// What the capture knows of its moment.
    package struct Description: Sendable {
        package var machineJSON: [UInt8]
        package var label: String
        package var quality: Moment.Quality
        /// Nanoseconds since 1970, UTC.
        package var scanStarted: Int64
        package var writer: String

        package init(machineJSON: [UInt8], label: String, quality: Moment.Quality, scanStarted: Int64, writer: String) {
            self.machineJSON = machineJSON
            self.label = label
            self.quality = quality
            self.scanStarted = scanStarted
            self.writer = writer
        }
    }

    /// Publishes the scanned disks as a moment (format.md, section 12: packs, pages, root and machine, head, pointer, hosts).
    ///
    /// Throws `locked` when another writer created the next head meanwhile: then nothing was published.
    package func commit(_ disks: [ScannedDisk], _ description: Description) throws(RepositoryError) -> CommittedMoment {
        try Self.check(disks, description)
        let stored = try writer.finish()
        let pages = PageEncoder(store: store, host: host.id, packs: packs) { [catalog] place throws(RepositoryError) in
            guard let frame = catalog.frame(of: place) else {
                throw RepositoryError(.inputOutput, "A chunk's pack is not in the catalog.")
            }
            return frame
        }
        let epoch = (previous?.head.epoch ?? 0) + 1
        let position = Position(epoch: epoch, sequence: 1)
        var records: [DiskRecord] = []
        let known = try knownDisks()
        for disk in disks { records.append(try map(of: disk, id: known[disk.number] ?? UUID(), pages: pages)) }
        try pages.finish()
        // A clock that stepped back must not put this moment before the last one in a list sorted by time.
        let time = max(Clocks.utcNanoseconds, (previous?.moments.last?.time ?? 0) + 1)
        let root = MapRoot(host: host.id, position: position, time: time, disks: records).encoded()
        let rootReference = ObjectReference(digest: SHA256.digest(of: root), length: UInt64(root.count))
        let machine = MachineObject.encode(json: description.machineJSON)
        let machineReference = ObjectReference(digest: SHA256.digest(of: machine), length: UInt64(machine.count))
        try create(ObjectName.mapRoot(host: host.id, position: position, digest: rootReference.digest), root)
        try create(ObjectName.machine(host: host.id, digest: machineReference.digest), machine)
        let moment = Moment(
            position: position, time: time, scanStarted: description.scanStarted, kind: .endOfScan,
            quality: description.quality, map: rootReference, machine: machineReference,
            diskBytes: disks.reduce(0) { $0 + $1.sizeInBytes }, dataBytes: disks.reduce(0) { $0 + $1.dataBytes },
            newPlainBytes: stored.plainBytes,
            newStoredBytes: stored.storedBytes + pages.newBytes + UInt64(root.count + machine.count),
            label: description.label)
        let head = try publish(moment, epoch: epoch, program: description.writer)
        return CommittedMoment(moment: moment, head: head, packs: stored.packs)
    }

    /// Refuses what the format has no room for, before anything names it.
    private static func check(_ disks: [ScannedDisk], _ description: Description) throws(RepositoryError) {
        for disk in disks where disk.sizeInBytes % 512 != 0 || !(1...Limits.diskSize).contains(disk.sizeInBytes) {
            throw RepositoryError(
                .badInput,
                "Disk \(disk.number) has \(disk.sizeInBytes) bytes: 1 to 2^51 sectors of 512 bytes fit a map.")
        }
        guard description.label.utf8.count <= Limits.name else {
            throw RepositoryError(
                .badInput, "The label has \(description.label.utf8.count) bytes; at most \(Limits.name) are possible.")
        }
        guard disks.count <= Limits.disksInMap,
            description.machineJSON.count <= Limits.machineDescription - ObjectHeader.byteCount
        else {
            throw RepositoryError(
                .unsupported,
                "\(disks.count) disks and a machine description of \(description.machineJSON.count) bytes "
                    + "are more than a moment can hold.")
        }
    }

    /// Disk ids of the newest moment whose map can be read, by number: a disk keeps its id over time.
    private func knownDisks() throws(RepositoryError) -> [UInt32: UUID] {
        for moment in previous?.moments.reversed() ?? [] {
            do {
                let root = try repository.readMapRoot(moment, host: host.id)
                return Dictionary(root.disks.map { ($0.number, $0.id) }) { first, _ in first }
            } catch let error where error.code == .damaged {
                // A damaged old moment must not keep the host from getting a new, whole one.
                continue
            }
        }
        return [:]
    }

    private func map(of disk: ScannedDisk, id: UUID, pages: PageEncoder) throws(RepositoryError) -> DiskRecord {
        var builder = MapBuilder(sizeInBytes: disk.sizeInBytes, pages: pages)
        try disk.extents(chunks) { extent throws(RepositoryError) in try builder.append(extent) }
        return try builder.finish(
            DiskRecord(
                id: id, number: disk.number, logicalSectorSize: disk.logicalSectorSize,
                physicalSectorSize: disk.physicalSectorSize, sizeInBytes: disk.sizeInBytes,
                root: NodeReference(content: .beyondDisk, level: 0, extents: 0)))
    }

    private func create(_ name: String, _ bytes: [UInt8]) throws(RepositoryError) {
        do { _ = try store.ensure(name, bytes) } catch { throw RepositoryError(error, object: name) }
    }

    /// Adds the moment to the newest head, unless another writer took the timeline over since this capture began.
    private func publish(_ moment: Moment, epoch: UInt64, program: String) throws(RepositoryError) -> UInt64 {
        guard let previous else { return try publishFirst(moment, epoch: epoch, program: program) }
        let publisher = try HistoryPublisher(previous)
        publisher.holdsLease = true
        try publisher.amend(epoch: previous.head.epoch, program: program) { head in
            head.epoch = epoch
            head.entries.moments.append(moment)
            // All disks were read: from here on their state is known, whatever happened before.
            head.entries.endGaps(at: moment.position, time: moment.time)
            return true
        }
        return publisher.head.number
    }

    private func publishFirst(_ moment: Moment, epoch: UInt64, program: String) throws(RepositoryError) -> UInt64 {
        let head = Head(
            host: host.id, number: 1, previous: nil, epoch: epoch, time: moment.time, hostName: host.name,
            writer: program, moments: [moment])
        let bytes = try head.publishable()
        let pointer = HeadPointer(host: host.id, number: head.number, digest: SHA256.digest(of: bytes))
        do {
            guard try store.create(ObjectName.head(host: host.id, number: head.number), bytes) else {
                throw RepositoryError(
                    .locked, "Another capture of \(host.name) was finished first. Run this one again.")
            }
            try store.replace(ObjectName.pointer(host: host.id), encodeJSON(pointer))
        } catch let error as StoreError {
            throw RepositoryError(error, object: "The first head of \(host.name)")
        } catch let error as RepositoryError {
            throw error
        } catch { throw RepositoryError(.inputOutput, "The first head cannot be written: \(error)") }
        try HostRegistry(store: store).add(host)
        return head.number
    }
}

/// A moment that is in the repository now.
package struct CommittedMoment: Sendable {
    package let moment: Moment
    /// Number of the head that published it.
    package let head: UInt64
    /// New packs.
    package let packs: Int
}

internal import BlockDevices
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat

/// Divides one disk of a moment among several: the first takes all that lies in front of its LVM physical volume, which is the last
/// partition, and as many of its extents as have room; the others get a partition each with the extents that follow. Volumes stay as they are;
/// the volume group then lies on all of the disks. Decided and proved on overlays, before a target is opened.
struct DiskSplitter {
    /// Where extents begin on the further disks: room for LVM's own data, and a multiple of every stripe.
    private static let firstExtentSector: UInt64 = 2_048

    let source: ViewDisk
    /// At least two, in the order in which they were named.
    let targets: [TargetFacts]
    let scratch: FitScratch
    let tell: (String) -> Void

    private var unit: UInt64 { UInt64(source.record.logicalSectorSize) }
    private var step: UInt64 { max(1, DiskFitter.alignment / unit) }

    /// The physical volume on the first disk, or the one that a further disk gets.
    private struct Place {
        var blocks: Range<UInt64>
        var share: VolumeGroupText.Share
        /// Of a further disk.
        var table: CombinedGPT?
    }

    /// What each target shall hold, in their order. Throws `refused`; nothing was written then.
    func split() throws(RecoveryError) -> [FittedDisk] {
        do throws(RecoveryError) { return try divided() } catch { throw error.ofLooking { refusal("\($0).") } }
    }

    private func divided() throws(RecoveryError) -> [FittedDisk] {
        if let target = targets.first(where: { $0.kind == .absent }) {
            throw RecoveryError(
                .failed, "\(target.path) is a new file, which has no size: make it first (truncate -s 100G)")
        }
        let looked = try CombinedSource(source)
        guard let table = looked.table, let part = looked.parts.last, part.fit.content == .physicalVolume else {
            throw RecoveryError(
                .failed,
                "only a disk whose last partition is a physical volume of LVM can be divided among several: nothing else may lie on "
                    + "more than one")
        }
        let overlay: PartitionOverlay
        do throws(SystemCallError) {
            overlay = PartitionOverlay(
                PlacedSource(source, part.fit.places, name: part.fit.name), scratch: try scratch.file("split"))
        } catch {
            throw RecoveryError(
                .failed,
                "nothing can be written to \(scratch.directory) (\(error)): name another directory with --scratch")
        }
        let file = try MountedOverlay(overlay)
        tell("Dividing the volume group of disk \(source.record.number)")
        let tools = VolumeGroupTools(file: file, scratch: scratch)
        let group = try tools.read(sizeInBytes: part.fit.range.upperBound - part.fit.range.lowerBound)
        let places = try places(part, table, group)
        let divided = try group.divided(among: places.map(\.share))
        let heads = try tools.write(divided, places.map(\.share))
        return try assemble(
            looked, table, places, end: try group.end(), extent: group.volume().extent, file.overlay, heads)
    }

    // MARK: Deciding

    private func places(
        _ part: CombinedSource.Part, _ table: FitTable, _ group: VolumeGroupText
    ) throws(RecoveryError) -> [Place] {
        let volume = try group.volume()
        let needed = try group.end()
        let start = part.fit.partition.blocks.lowerBound
        let end = table.end(onDiskOf: size(of: targets[0])) / step * step
        let room = (end > start ? (end - start) * unit / 512 : 0)
        guard room >= volume.start + volume.extent else {
            throw RecoveryError(
                .failed,
                "\(targets[0].displayName) has \(size(of: targets[0])) bytes, and what lies in front of the physical volume ends at "
                    + "\(start * unit): name a larger disk first")
        }
        let count = (room - volume.start) / volume.extent
        var found = [
            Place(
                blocks: start..<end,
                share: .init(
                    name: "pv0", uuid: volume.uuid, deviceSectors: room, firstExtentSector: volume.start,
                    extents: 0..<count))
        ]
        for number in targets.indices.dropFirst() {
            found.append(try further(number, part, behind: found[number - 1].share, extent: volume.extent))
        }
        let ends = found.map(\.share.extents.upperBound)
        if let spare = ends.dropLast().firstIndex(where: { $0 >= needed }) {
            throw RecoveryError(
                .failed,
                spare == 0
                    ? "\(targets[0].displayName) is large enough for all that is used: give it alone, with --fit (in the rescue menu: fit 0=1)"
                    : "\(targets[spare + 1].displayName) is not needed: leave it out")
        }
        guard let last = ends.last, last >= needed else {
            let missing = (needed - (ends.last ?? 0)) * volume.extent * 512
            throw RecoveryError(
                .failed,
                "its volumes end at extent \(needed) of the physical volume, and the targets have room for \(ends.last ?? 0): "
                    + "\(missing) bytes are missing. Name another disk, or larger ones")
        }
        return found
    }

    private func further(
        _ number: Int, _ part: CombinedSource.Part, behind share: VolumeGroupText.Share, extent: UInt64
    ) throws(RecoveryError) -> Place {
        let record = source.record
        var table = CombinedGPT(newFor: record, as: "part \(number)")
        var part = part
        part.uuid = GUIDText.derived(from: record, "part \(number), partition")
        (part.name, part.attributes) = (nil, 0)
        let start = (table.end + step - 1) / step * step
        let end = table.end(onDiskOf: size(of: targets[number])) / step * step
        let sectors = end > start ? (end - start) * unit / 512 : 0
        guard sectors >= Self.firstExtentSector + extent else {
            throw RecoveryError(.failed, "\(targets[number].displayName) has no room for one extent")
        }
        let place = try table.add(part, count: end - start, step: step)
        let count = (sectors - Self.firstExtentSector) / extent
        let first = share.extents.upperBound
        return Place(
            blocks: place.blocks,
            share: .init(
                name: "pv\(number)", uuid: VolumeGroupTools.uuid(for: record, part: number), deviceSectors: sectors,
                firstExtentSector: Self.firstExtentSector, extents: first..<first + count),
            table: table)
    }

    private func size(of target: TargetFacts) -> UInt64 { target.geometry.sizeInBytes / unit * unit }

    private func refusal(_ why: String) -> RecoveryError {
        let names = targets.map(\.displayName).joined(separator: " and ")
        return RecoveryError(
            Refusal(
                .cannotSplit,
                "Cannot restore disk \(source.record.number) to \(names): \(why) Nothing was written."))
    }

    // MARK: Doing

    private func assemble(
        _ looked: CombinedSource, _ table: FitTable, _ places: [Place], end: UInt64, extent: UInt64,
        _ overlay: PartitionOverlay, _ heads: [[DiskPatch]]
    ) throws(RecoveryError) -> [FittedDisk] {
        guard let part = looked.parts.last else { return [] }
        let view = source.reader.view
        let volume = part.fit.range.lowerBound + places[0].share.firstExtentSector * 512
        do {
            var disks = [try first(looked, table, places[0], extent: extent, overlay)]
            for number in places.indices.dropFirst() {
                let place = places[number]
                var runs = FittedRuns(size: size(of: targets[number]), from: [source])
                for patch in place.table?.patches(size: size(of: targets[number])) ?? [] { try runs.put(patch) }
                let start = place.blocks.lowerBound * unit
                for head in heads[number] {
                    try runs.put(DiskPatch(offset: start + head.offset, bytes: head.bytes, reason: head.reason))
                }
                // What no volume uses is not brought along.
                let extents = place.share.extents.clamped(to: 0..<end)
                let bytes = volume + extents.lowerBound * extent * 512..<volume + extents.upperBound * extent * 512
                runs.put(bytes, at: start + place.share.firstExtentSector * 512)
                var record = source.record
                record.number = PartNumber.part(number, of: source.record.number)
                let fit = PartitionFit(
                    number: part.fit.partition.number, newNumber: 1, content: part.fit.content.description,
                    oldStart: bytes.lowerBound, oldSize: UInt64(bytes.count), newStart: start,
                    newSize: UInt64(place.blocks.count) * unit, change: .continued)
                disks.append(
                    try FittedDisk(
                        record, of: [source.record], size: size(of: targets[number]), runs: runs.runs,
                        partitions: [fit],
                        in: view))
            }
            return disks
        } catch { throw RecoveryError(error, state: .untouched) }
    }

    private func first(
        _ looked: CombinedSource, _ table: FitTable, _ place: Place, extent: UInt64, _ overlay: PartitionOverlay
    ) throws -> FittedDisk {
        var runs = FittedRuns(size: size(of: targets[0]), from: [source])
        var parts = looked.parts.map(\.fit)
        parts[parts.count - 1].place = place.blocks
        runs.put(table.bootArea, at: 0)
        for part in parts.dropLast() { runs.put(part.range, at: part.range.lowerBound) }
        let volume = parts[parts.count - 1].range
        let head = volume.lowerBound + place.share.firstExtentSector * 512
        let end = head + UInt64(place.share.extents.count) * extent * 512
        // Extents are the moment's: lvm wipes what looks like a signature to it.
        runs.put(volume.lowerBound..<head, under: overlay, at: volume.lowerBound)
        runs.put(head..<min(end, volume.upperBound), at: head)
        let places = Dictionary(parts.map { ($0.partition.number, $0.place) }) { first, _ in first }
        for patch in try table.patches(size: size(of: targets[0]), places: places) { try runs.put(patch) }
        let disks = targets.map(\.displayName).joined(separator: " and ")
        return try FittedDisk(
            source.record, size: size(of: targets[0]), runs: runs.runs, partitions: parts.map { $0.fit(unit) },
            warnings: [
                "the volume group of disk \(source.record.number) will need all of \(disks): when one fails, it fails"
            ],
            in: source.reader.view)
    }
}

internal import BlockDevices
internal import Repository
internal import RepositoryFormat

/// Puts several disks of a moment onto one target: the first keeps its places, its table and its boot code; the partitions of the
/// others follow behind, whole, at multiples of 1 MiB. A disk without partitions becomes one, of exactly its size: what has its
/// superblock at the end (md 0.90 and 1.0) finds it there. Decided before a target is opened.
struct DiskCombiner {
    /// At least two, in the order in which they were named.
    let sources: [ViewDisk]
    let target: TargetFacts

    private var first: ViewDisk { sources[0] }
    private var unit: UInt64 { UInt64(first.record.logicalSectorSize) }

    /// A partition of another disk at its new place.
    private struct Placed {
        var part: CombinedSource.Part
        var number: Int
    }

    /// Throws `refused`; nothing was written then.
    func combine() throws(RecoveryError) -> FittedDisk {
        if let other = sources.first(where: { $0.record.logicalSectorSize != first.record.logicalSectorSize }) {
            throw refusal(
                .sectorSizes,
                "\(first.title) had sectors of \(unit) bytes and \(other.title) of \(other.record.logicalSectorSize): their "
                    + "tables count differently. Choose a target of its own for each.")
        }
        var looked: [CombinedSource] = []
        for disk in sources { looked.append(try look(disk)) }
        // A first disk without partitions becomes one like the others.
        let added = (looked[0].table == nil ? looked : Array(looked.dropFirst())).flatMap(\.parts)
        var table = try table(of: looked[0], adding: added.count)
        let boot = table.end
        var warnings = looked.dropFirst().compactMap(emptiness)
        var placed: [Placed] = []
        for part in added {
            placed.append(try place(part, in: &table, &warnings))
        }
        let size = try size(for: table)
        try checkRoom()
        return try assemble(looked[0], boot: boot, placed, table, size: size, warnings)
    }

    // MARK: Looking

    private func look(_ disk: ViewDisk) throws(RecoveryError) -> CombinedSource {
        do throws(RecoveryError) { return try CombinedSource(disk) } catch {
            throw error.ofLooking { refusal(.cannotCombine, "\(disk.title) cannot be moved: \($0).") }
        }
    }

    private func table(
        of source: CombinedSource, adding count: Int
    ) throws(RecoveryError) -> any CombinedTable {
        guard let table = source.table else { return CombinedGPT(newFor: source.disk.record) }
        let reader = DiskReader(source.disk)
        do throws(RecoveryError) {
            if let gpt = table.gpt { return CombinedGPT(gpt, mbr: try reader.bytes(at: 0, count: Int(unit))) }
            guard let mbr = table.mbr else { throw RecoveryError(.failed, "its table is not understood") }
            return try CombinedMBR(mbr, sector: try reader.bytes(at: 0, count: 512), adding: count)
        } catch {
            guard error.code == .failed, error.cause == nil else { throw RecoveryError(error, state: .untouched) }
            throw refusal(.cannotCombine, "\(source.disk.title) cannot come first: \(error.message).")
        }
    }

    private func emptiness(_ source: CombinedSource) -> String? {
        source.parts.isEmpty ? "nothing lies on \(source.disk.title): it takes no room on the target" : nil
    }

    // MARK: Deciding

    private func place(
        _ part: CombinedSource.Part, in table: inout any CombinedTable, _ warnings: inout [String]
    ) throws(RecoveryError) -> Placed {
        if case .unmovable(let what) = part.fit.content {
            throw refusal(.cannotCombine, "\(part.title) would be moved, and \(what) knows where it lies.")
        }
        var part = part
        let place: (number: Int, blocks: Range<UInt64>, uuid: String)
        do throws(RecoveryError) {
            place = try table.add(
                part, count: UInt64(part.fit.partition.blocks.count), step: max(1, DiskFitter.alignment / unit))
        } catch { throw refusal(.cannotCombine, "\(error.message).") }
        part.fit.place = place.blocks
        if part.fit.partition.number == 0 {
            warnings.append("\(part.title) had no partitions: it becomes partition \(place.number)")
        } else if !part.fit.partition.uuid.isEmpty, part.fit.partition.uuid != place.uuid {
            warnings.append(
                "\(part.title) becomes partition \(place.number), and its PARTUUID \(place.uuid) instead of "
                    + "\(part.fit.partition.uuid): \"lifeboat adapt\" says what names it by that")
        }
        if part.fit.content == .hiddenSectors("ntfs") {
            warnings.append("\(part.title) holds NTFS: Windows may give it another letter")
        }
        return Placed(part: part, number: place.number)
    }

    /// What the target holds; of an image that is made, what it needs.
    private func size(for table: any CombinedTable) throws(RecoveryError) -> UInt64 {
        let needed = table.size(ofDiskEndingAt: table.end)
        guard target.kind != .absent else {
            return (needed + DiskFitter.alignment - 1) / DiskFitter.alignment * DiskFitter.alignment
        }
        let size = target.geometry.sizeInBytes / unit * unit
        guard table.end <= table.end(onDiskOf: size) else {
            throw refusal(
                .targetTooSmall,
                "it holds \(target.geometry.sizeInBytes) bytes and they need \(needed) behind one another: \(needed - min(needed, size)) "
                    + "bytes are missing. Choose a larger disk, or leave one out.")
        }
        return size
    }

    private func checkRoom() throws(RecoveryError) {
        let data = sources.reduce(0) { $0 + $1.record.dataSectors * 512 }
        guard let room = target.roomInBytes, room < data else { return }
        throw refusal(
            .noRoom, "its file system has room for \(room) bytes and they have \(data) bytes of data. Free room there.")
    }

    private func refusal(_ reason: Refusal.Reason, _ why: String) -> RecoveryError {
        let names = sources.map { "\($0.record.number)" }.joined(separator: ", ")
        return RecoveryError(
            Refusal(
                reason, "Cannot restore disks \(names) to \(target.displayName): \(why) Nothing was written."))
    }

    // MARK: Doing

    private func assemble(
        _ own: CombinedSource, boot: UInt64, _ placed: [Placed], _ table: any CombinedTable, size: UInt64,
        _ warnings: [String]
    ) throws(RecoveryError) -> FittedDisk {
        var runs = FittedRuns(size: size, from: sources)
        var fits: [PartitionFit] = []
        do {
            if let table = own.table {
                runs.put(0..<boot * unit, at: 0)
                for part in own.parts {
                    var fit = part.fit.fit(table.sectorSize)
                    fit.disk = own.disk.record.number
                    fits.append(fit)
                }
            }
            for patch in table.patches(size: size) { try runs.put(patch) }
            for item in placed {
                let part = item.part
                runs.put(part.fit.range, of: part.disk.record.number, at: part.fit.place.lowerBound * unit)
                if case .hiddenSectors(let name) = part.fit.content {
                    let hidden = HiddenSectors(source: part.disk, sectorSize: unit)
                    for patch in try hidden.patches(part.fit, name) { try runs.put(patch) }
                }
                var fit = part.fit.fit(unit)
                fit.disk = part.disk.record.number
                fit.newNumber = item.number
                fits.append(fit)
            }
            return try FittedDisk(
                first.record, and: sources.dropFirst().map(\.record), size: size, runs: runs.runs, partitions: fits,
                warnings: warnings, in: first.reader.view)
        } catch { throw RecoveryError(error, state: .untouched) }
    }
}

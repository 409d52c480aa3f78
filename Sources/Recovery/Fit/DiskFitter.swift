internal import BlockDevices
internal import Buffers
internal import LinuxSystem
internal import Progress
internal import Repository
internal import RepositoryFormat

/// Fits one disk of a moment to a smaller target. Everything is computed and proved here, on overlays: no target is opened.
struct DiskFitter {
    static let alignment: UInt64 = 1 << 20

    let source: ViewDisk
    let target: TargetFacts
    let scratch: FitScratch
    /// What is being done, for whoever waits.
    let tell: (String) -> Void
    let isInterrupted: () -> Bool

    private var tools: FitTools {
        FitTools(source: source, scratch: scratch, tell: tell, isInterrupted: isInterrupted)
    }

    private var size: UInt64 { target.geometry.sizeInBytes }

    /// Throws `refused` with what would be needed; nothing was written then.
    func fit() throws(RecoveryError) -> FittedDisk {
        // Each logical volume has a file; where only few may be open, the limit is met and told there.
        _ = try? RunningSystem.allowOpenFiles()
        let table: FitTable
        var parts: [FitPart]
        do throws(RecoveryError) {
            table = try FitTable(DiskReader(source))
            parts = try self.parts(table)
        } catch {
            throw error.ofLooking { refusal("\($0). Choose a disk of at least \(source.record.sizeInBytes) bytes.") }
        }
        let planner = FitPlanner(
            end: table.end(onDiskOf: size / table.sectorSize * table.sectorSize),
            step: max(1, Self.alignment / table.sectorSize))
        if case .needs = planner.places(of: parts.map(\.whole)) {
            for effort in FitEffort.allCases {
                try measure(&parts, table, effort)
                if case .places = planner.places(of: parts.map(\.item)) { break }
            }
        }
        switch planner.places(of: parts.map(\.item)) {
        case .needs(let end): throw refusal(tooSmall(parts, table, end))
        case .places(let places):
            for index in parts.indices { parts[index].place = places[index] }
        }
        try refuseMoves(parts, table)
        try checkScratch(parts, table)
        try shrink(&parts, table)
        return try assemble(parts, table)
    }

    // MARK: Looking

    private func parts(_ table: FitTable) throws(RecoveryError) -> [FitPart] {
        let contents: DiskContents
        do throws(BlockDeviceError) { contents = try Probe.contents(of: source) } catch {
            throw RecoveryError(error, state: .untouched)
        }
        return try table.partitions.map { partition throws(RecoveryError) in
            let range = partition.blocks.lowerBound * table.sectorSize..<partition.blocks.upperBound * table.sectorSize
            guard range.upperBound <= source.record.sizeInBytes,
                let found = contents.partitions.first(where: { $0.number == partition.number && $0.range == range })
            else {
                throw RecoveryError(.failed, "its partition \(partition.number) is not understood")
            }
            // Logical Disk Manager of Windows: keeps a database of places at the disk's end.
            guard !["0x42", "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3"].contains(found.type) else {
                throw RecoveryError(.failed, "it is a dynamic disk of Windows")
            }
            return FitPart(
                partition: partition, range: range, lead: table.lead(of: partition),
                content: FitContent(found, hasData: try dataSectors(range) > 0))
        }
    }

    private func dataSectors(_ range: Range<UInt64>) throws(RecoveryError) -> UInt64 {
        do { return try source.dataSectors(in: range) } catch { throw RecoveryError(error, state: .untouched) }
    }

    /// Asks how small each partition may become.
    private func measure(
        _ parts: inout [FitPart], _ table: FitTable, _ effort: FitEffort
    ) throws(RecoveryError) {
        for index in parts.indices where parts[index].content.gives(for: effort) {
            if isInterrupted() { throw .interruptedBeforeWriting }
            let part = parts[index]
            let count = part.range.upperBound - part.range.lowerBound
            guard part.content != .empty else {
                parts[index].minimum = min(count, Self.alignment) / table.sectorSize
                continue
            }
            do throws(RecoveryError) {
                if parts[index].shrinker == nil {
                    parts[index].shrinker = try tools.shrinker(of: part.content, part.places, name: part.name)
                    if part.content.takesTime { tell("Checking \(part.name) of disk \(source.record.number)") }
                    try parts[index].shrinker?.check()
                }
                guard let shrinker = parts[index].shrinker else { continue }
                let minimum = min(count, try shrinker.minimum(effort))
                parts[index].minimum = (minimum + table.sectorSize - 1) / table.sectorSize
            } catch { throw error.ofLooking { refusal($0) } }
        }
    }

    // MARK: Deciding

    private func tooSmall(_ parts: [FitPart], _ table: FitTable, _ end: UInt64) -> String {
        let needed = table.size(ofDiskEndingAt: end)
        let kept = parts.compactMap { part in
            (part.content.reasonToKeep ?? part.shrinker?.reasonToKeep).map {
                "partition \(part.partition.number): \($0)"
            }
        }
        let why = kept.isEmpty ? "" : " (" + kept.joined(separator: "; ") + ")"
        return
            "its partitions need at least \(needed) bytes\(why). Choose a disk of that size, or take files from the moment "
            + "with \"lifeboat attach\"."
    }

    private func refuseMoves(_ parts: [FitPart], _ table: FitTable) throws(RecoveryError) {
        for part in parts where part.isMoved {
            if table.isMBR, part.content == .hiddenSectors("ntfs") {
                throw refusal(
                    "\(part.name) would have to be moved, and on an MBR Windows knows it by its place. Choose a larger disk."
                )
            }
            if case .unmovable(let what) = part.content {
                throw refusal(
                    "\(part.name) would have to be moved, and \(what) knows where it lies. Choose a larger disk.")
            }
        }
    }

    private func checkScratch(_ parts: [FitPart], _ table: FitTable) throws(RecoveryError) {
        var needed: UInt64 = 0
        for part in parts where part.isShrunk {
            needed += try part.shrinker?.scratch(forSize: part.newSize(table)) ?? 0
        }
        guard needed > 0 else { return }
        let room = try scratch.room()
        guard room >= needed else {
            throw RecoveryError(
                Refusal(
                    .noRoom,
                    "Cannot restore to \(target.displayName): making disk \(source.record.number) smaller takes up to \(needed) "
                        + "bytes of scratch, and \(scratch.directory) has room for \(room). Nothing was written. Free room there, or name "
                        + "another directory with --scratch."))
        }
    }

    private func refusal(_ why: String) -> RecoveryError {
        RecoveryError(
            Refusal(
                .targetTooSmall,
                "Cannot restore to \(target.displayName): it holds \(size) bytes, disk \(source.record.number) had "
                    + "\(source.record.sizeInBytes), and it cannot be made to fit: \(why) Nothing was written."))
    }

    // MARK: Doing

    private func shrink(_ parts: inout [FitPart], _ table: FitTable) throws(RecoveryError) {
        for index in parts.indices where parts[index].isShrunk {
            guard let shrinker = parts[index].shrinker else { continue }
            tell("Making \(parts[index].name) of disk \(source.record.number) smaller")
            parts[index].shrunk = try shrinker.shrink(to: parts[index].newSize(table))
        }
    }

    private func assemble(_ parts: [FitPart], _ table: FitTable) throws(RecoveryError) -> FittedDisk {
        var runs = FittedRuns(size: size / 512 * 512, from: [source])
        var fits: [PartitionFit] = []
        do {
            runs.put(table.bootArea, at: 0)
            for part in parts {
                let start = part.place.lowerBound * table.sectorSize
                fits.append(part.fit(table.sectorSize))
                let kept = part.range.lowerBound..<part.range.lowerBound + part.newSize(table)
                if let shrunk = part.shrunk {
                    runs.put(kept, under: shrunk, at: start)
                } else {
                    runs.put(kept, at: start)
                }
                if case .hiddenSectors(let name) = part.content, part.isMoved {
                    for patch in try HiddenSectors(source: source, sectorSize: table.sectorSize).patches(part, name) {
                        try runs.put(patch)
                    }
                }
            }
            let places = Dictionary(parts.map { ($0.partition.number, $0.place) }) { first, _ in first }
            for patch in try table.patches(size: size / table.sectorSize * table.sectorSize, places: places) {
                try runs.put(patch)
            }
            return try FittedDisk(
                source.record, size: size / 512 * 512, runs: runs.runs, partitions: fits,
                warnings: try parts.filter { $0.shrunk != nil }.flatMap { try $0.shrinker?.warnings ?? [] },
                in: source.reader.view)
        } catch { throw RecoveryError(error, state: .untouched) }
    }
}

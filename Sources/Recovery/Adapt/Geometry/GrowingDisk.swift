internal import BlockDevices
internal import Progress

/// A restored disk as far as growing goes: what lies last on it, and how far that may reach.
struct GrowingDisk {
    /// A partition, or the whole of a disk without a partition table.
    struct Plot {
        var place: GrowthPlace
        /// "partition 2 of /dev/sda".
        var description: String
        var range: Range<UInt64>
        var signatures: Signatures
    }

    /// What lies last, and what can be done for it.
    struct Last {
        var plot: Plot
        /// Offset up to which it may reach; the end of its range when it may not grow.
        var end: UInt64
        /// What fits the table to the disk first, and then makes the partition reach there. Empty when that is not needed.
        var fit: [DiskPatch] = []
        var patches: [DiskPatch] = []

        var gain: UInt64 { end - plot.range.upperBound }
    }

    let number: Int
    /// Of the disk with its GPT fitted to its size.
    private(set) var reader: DiskReader
    private(set) var plots: [Plot] = []
    /// nil where nothing of the disk may be grown; `warnings` say why.
    private(set) var last: Last?
    private(set) var warnings: [String] = []

    /// - Parameter reserve: bytes at the disk's end that stay free.
    init(_ number: Int, _ disk: TargetMachine.Disk, reserve: UInt64) throws(RecoveryError) {
        self.number = number
        let contents: DiskContents
        do throws(BlockDeviceError) {
            contents = try Probe(disk.path, logicalSectorSize: disk.logicalSectorSize).contents()
        } catch { throw RecoveryError(.failed, "Cannot look at \(disk.path): \(error.message)", cause: error) }
        reader = DiskReader(disk)
        guard contents.table != nil else {
            let plot = Plot(
                place: .disk(number), description: disk.path, range: 0..<disk.sizeInBytes,
                signatures: contents.signatures)
            plots = [plot]
            if contents.signatures != .none { last = Last(plot: plot, end: disk.sizeInBytes) }
            return
        }
        plots = contents.partitions.filter { !$0.isExtended }.map { partition in
            Plot(
                place: .partition(disk: number, number: partition.number),
                description: "partition \(partition.number) of \(disk.path)", range: partition.range,
                signatures: partition.signatures)
        }
        do throws(RecoveryError) {
            let fit = try TableFit(reader)
            reader.patches = fit.patches
            try findLast(fit, reserve: reserve)
        } catch {
            // A table that is not understood is said and left alone; other disks may grow.
            warnings.append(error.message)
        }
    }

    private mutating func findLast(_ fit: TableFit, reserve: UInt64) throws(RecoveryError) {
        let found: (any BootPartitionTable)? = if let gpt = try GPTTable(reader) { gpt } else { try MBRTable(reader) }
        guard let table = found else { return }
        let extended = table.partitions.first { $0.purpose == .extended }
        let logical = try extended.map { partition throws(RecoveryError) in try LogicalPartitions(reader, partition) }
        var partitions = table.partitions.filter { $0.purpose != .extended } + (logical?.all.map(\.partition) ?? [])
        let others =
            table.partitions.filter { $0.purpose == .extended }.count > 1 ? "it has several extended partitions" : nil
        if let oddity = table.oddity ?? table.overlap(of: partitions) ?? fit.oddity ?? others {
            warnings.append("Nothing of \(reader.path) is grown: \(oddity).")
            return
        }
        partitions.sort { $0.blocks.lowerBound < $1.blocks.lowerBound }
        // What firmware needs lies behind without being what holds the data.
        while let tail = partitions.last, [.efiSystem, .biosBoot].contains(tail.purpose), partitions.count > 1 {
            partitions.removeLast()
        }
        guard let partition = partitions.last,
            let plot = plots.first(where: { $0.place == .partition(disk: number, number: partition.number) })
        else { return }
        let own = logical?.all.first { $0.partition == partition }
        let container = own == nil ? partition : extended ?? partition
        let room = table.room(behind: container)
        let kept = (reserve + table.sectorSize - 1) / table.sectorSize
        let step = max(1, Growth.alignment / table.sectorSize)
        let limit = max(container.blocks.upperBound, room.upperBound - min(kept, UInt64(room.count))) / step * step
        var last = Last(plot: plot, end: plot.range.upperBound)
        // Offsets of libblkid and blocks of the table must mean the same.
        if plot.range == partition.blocks.lowerBound * table.sectorSize..<partition.blocks.upperBound
            * table.sectorSize,
            limit > partition.blocks.upperBound
        {
            last.end = limit * table.sectorSize
            let growing = own.flatMap { own in logical?.growing(own, to: limit, in: table) }
            last.fit = fit.patches
            last.patches = growing ?? table.growing(partition, to: limit)
        }
        self.last = last
        warnOfLimit(table)
    }

    private mutating func warnOfLimit(_ table: any BootPartitionTable) {
        guard let table = table as? MBRTable else { return }
        let reach = table.blockCount * table.sectorSize
        guard reader.sizeInBytes - reach >= Growth.worthwhile else { return }
        warnings.append(
            "The MBR of \(reader.path) cannot name more than 2^32 blocks: \(Quantity.bytes(reader.sizeInBytes - reach)) at "
                + "the disk's end stay unused. Only a GPT could use them.")
    }
}

/// One partition on its way to a smaller disk.
struct FitPart {
    let partition: BootPartition
    /// On the moment's disk, in bytes.
    let range: Range<UInt64>
    let lead: UInt64
    let content: FitContent
    /// What it needs at least, in blocks; all of it until somebody asked.
    var minimum: UInt64
    var shrinker: (any PartitionShrinker)?
    /// What became of it where it is smaller.
    var shrunk: (any ChangedPartition)?
    /// Where it will lie, in blocks.
    var place: Range<UInt64>

    init(partition: BootPartition, range: Range<UInt64>, lead: UInt64, content: FitContent) {
        self.partition = partition
        self.range = range
        self.lead = lead
        self.content = content
        minimum = UInt64(partition.blocks.count)
        place = partition.blocks
    }

    var name: String { "partition \(partition.number) (\(content))" }
    var places: DiskPlaces { DiskPlaces([range]) }

    /// For a layout in which nothing is made smaller.
    var whole: FitItem {
        FitItem(
            number: partition.number, blocks: partition.blocks, lead: lead, minimum: UInt64(partition.blocks.count))
    }

    var item: FitItem { FitItem(number: partition.number, blocks: partition.blocks, lead: lead, minimum: minimum) }

    var isShrunk: Bool { place.count < partition.blocks.count }
    var isMoved: Bool { place.lowerBound != partition.blocks.lowerBound }

    func newSize(_ table: FitTable) -> UInt64 { UInt64(place.count) * table.sectorSize }

    func fit(_ sectorSize: UInt64) -> PartitionFit {
        var change: PartitionFit.Change =
            switch (isShrunk, isMoved) {
            case (false, false): .kept
            case (false, true): .moved
            case (true, false): .shrunk
            case (true, true): .shrunkAndMoved
            }
        if isShrunk { change = content.changeInPlace ?? change }
        let volumes = shrunk == nil ? [] : shrinker?.volumes ?? []
        return PartitionFit(
            number: partition.number, content: content.description, oldStart: range.lowerBound,
            oldSize: range.upperBound - range.lowerBound, newStart: place.lowerBound * sectorSize,
            newSize: UInt64(place.count) * sectorSize, change: change, volumes: volumes.isEmpty ? nil : volumes)
    }
}

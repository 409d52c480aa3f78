/// Carries free ranges of a volume over to the disks, block of the grid by block of the grid.
///
/// A grid block of a disk counts as free only when one run holds all of it and all of it is free.
struct FreeRanges {
    private(set) var perDisk: [[Range<UInt64>]]

    init(disks: Int) { perDisk = Array(repeating: [], count: disks) }

    /// Adds `free`, ranges of volume bytes, through the volume's runs. Complexity: O(free + runs), both sorted.
    mutating func add(_ free: [Range<UInt64>], of volume: Volume) {
        var first = 0
        for run in volume.runs {
            while first < free.count, free[first].upperBound <= run.volumeRange.lowerBound { first += 1 }
            var next = first
            while next < free.count, free[next].lowerBound < run.volumeRange.upperBound {
                let part = free[next].clamped(to: run.volumeRange)
                let start = run.diskOffset + (part.lowerBound - run.volumeOffset)
                add(start..<start + UInt64(part.count), disk: run.disk)
                next += 1
            }
        }
    }

    private mutating func add(_ range: Range<UInt64>, disk: Int) {
        let grid = FreeSpace.grid
        let lower = (range.lowerBound + grid - 1) / grid * grid
        let upper = range.upperBound / grid * grid
        if lower < upper { perDisk[disk].append(lower..<upper) }
    }

    /// The ranges of one disk, sorted, with neighbours joined.
    func joined(disk: Int) -> [Range<UInt64>] {
        var result: [Range<UInt64>] = []
        for range in perDisk[disk].sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    func bytes(disk: Int) -> UInt64 { perDisk[disk].reduce(0) { $0 + UInt64($1.count) } }
}

/// Walks a file allocation table piece by piece and gathers the runs of free clusters.
struct FATScan {
    private let layout: FATLayout
    private var cluster: UInt64 = 0
    private var freeFrom: UInt64?
    private var ranges: [Range<UInt64>] = []

    init(_ layout: FATLayout) { self.layout = layout }

    /// Takes the next bytes of the table, whole entries. Throws `notClean` by the flags in entry 1.
    mutating func take(_ table: [UInt8]) throws(FileSystemError) {
        let wide = layout.entrySize == 4
        for offset in stride(from: 0, to: table.count, by: wide ? 4 : 2) {
            let entry = wide ? table.uint32(at: offset) & 0x0FFF_FFFF : UInt32(table.uint16(at: offset))
            if cluster == 1 {
                let clean: UInt32 = wide ? 0x0C00_0000 : 0xC000
                guard entry & clean == clean else {
                    throw FileSystemError(.notClean, "it was not unmounted cleanly, or has read errors")
                }
            } else if cluster >= 2 {
                if entry == 0 { freeFrom = freeFrom ?? cluster } else { close(at: cluster) }
            }
            cluster += 1
        }
    }

    /// The free runs in bytes of the volume.
    mutating func finish() -> [Range<UInt64>] {
        close(at: cluster)
        return ranges
    }

    private mutating func close(at end: UInt64) {
        guard let start = freeFrom else { return }
        freeFrom = nil
        ranges.append(offset(of: start)..<offset(of: end))
    }

    private func offset(of cluster: UInt64) -> UInt64 {
        layout.dataOffset + (cluster - 2) * layout.clusterSize
    }
}

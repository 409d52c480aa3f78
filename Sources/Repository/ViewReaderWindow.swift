internal import RepositoryFormat

/// The extents of one aligned part of a disk, kept so that the map is not read for every request.
struct ViewReaderWindow: Sendable {
    /// What one interior page of a map covers.
    static let byteCount: UInt64 = 16 << 20

    /// In order, without gaps; at least one.
    let extents: [Extent]

    init(_ number: UInt64, of disk: DiskRecord, _ view: View) throws(RepositoryError) {
        let start = number * Self.byteCount / 512
        let end = min(disk.sectors, start + Self.byteCount / 512)
        var extents: [Extent] = []
        do {
            try view.extents(of: disk, in: start..<end) { extents.append($0) }
        } catch {
            throw error as? RepositoryError ?? RepositoryError(.inputOutput, "The map cannot be read: \(error)")
        }
        self.extents = extents
    }

    /// In bytes of memory.
    var cost: Int { 64 + extents.count * MemoryLayout<Extent>.stride }

    /// The place of the extent that holds a sector of the window. Complexity: logarithmic in the extents.
    func index(ofSector sector: UInt64) -> Int {
        var low = 0
        var high = extents.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if extents[middle].start <= sector { low = middle } else { high = middle }
        }
        return low
    }
}

package import RepositoryFormat

/// What a scan found on one disk: extents in order, whose data names chunks by their serial number.
///
/// Twelve bytes an extent, so that a terabyte in 64 KiB chunks takes 192 MiB until its map is built.
package struct ScannedDisk: Sendable {
    private struct Run: Sendable {
        var length: UInt32
        var kind: ExtentKind
        var serial: UInt32
    }

    package let number: UInt32
    package let sizeInBytes: UInt64
    package let logicalSectorSize: UInt32
    package let physicalSectorSize: UInt32
    private var runs: [Run] = []
    package private(set) var coveredSectors: UInt64 = 0
    package private(set) var dataBytes: UInt64 = 0

    package init(number: UInt32, sizeInBytes: UInt64, logicalSectorSize: UInt32, physicalSectorSize: UInt32) {
        self.number = number
        self.sizeInBytes = sizeInBytes
        self.logicalSectorSize = logicalSectorSize
        self.physicalSectorSize = physicalSectorSize
    }

    /// Adds a whole chunk.
    package mutating func appendData(sectors: Int, serial: UInt32) {
        runs.append(Run(length: UInt32(sectors), kind: .data, serial: serial))
        coveredSectors += UInt64(sectors)
        dataBytes += UInt64(sectors) * 512
    }

    /// Adds sectors without stored content.
    package mutating func append(_ kind: ExtentKind, sectors: UInt64) {
        precondition(kind != .data, "data needs a chunk")
        coveredSectors += sectors
        var rest = sectors
        while rest > 0 {
            let part = UInt32(min(rest, UInt64(UInt32.max)))
            if let last = runs.last, last.kind == kind, last.length <= UInt32.max - part {
                runs[runs.count - 1].length += part
            } else {
                runs.append(Run(length: part, kind: kind, serial: 0))
            }
            rest -= UInt64(part)
        }
    }

    /// All extents in order, chunks resolved to places.
    package func extents(
        _ chunks: ChunkIndex, _ body: (Extent) throws(RepositoryError) -> Void
    ) throws(RepositoryError) {
        var start: UInt64 = 0
        for run in runs {
            let place = run.kind == .data ? chunks.place(of: run.serial) : Place(pack: 0, chunk: 0)
            try body(Extent(start: start, length: UInt64(run.length), kind: run.kind, place: place))
            start += UInt64(run.length)
        }
    }
}

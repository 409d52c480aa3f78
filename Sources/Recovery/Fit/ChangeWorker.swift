internal import BlockDevices
internal import Buffers
internal import RepositoryFormat

/// Brings to a target what of a fitted disk is not the moment's.
struct ChangeWorker {
    private static let pieceLength = 1 << 20

    let disk: FittedDisk
    let state: RunState

    /// Writes all of it.
    func run(_ task: DiskTask) throws {
        try Self.eachPiece(of: disk, in: 0..<disk.record.sizeInBytes) { slice, offset in
            try state.check()
            try task.place(slice, at: offset)
        }
    }

    /// Calls `body` with what lies in `range` and is not the moment's, as pieces that nobody changes any more.
    static func eachPiece(
        of disk: FittedDisk, in range: Range<UInt64>, _ body: (BufferSlice, UInt64) throws -> Void
    ) throws {
        let sectors = range.lowerBound / 512..<(range.upperBound + 511) / 512
        for run in disk.runs(in: sectors) {
            guard case .change(let change) = run.origin else { continue }
            let start = run.sectors.lowerBound * 512
            let part = (start..<run.sectors.upperBound * 512).clamped(to: range)
            var position = part.lowerBound
            while position < part.upperBound {
                let count = Int(min(UInt64(pieceLength), part.upperBound - position))
                let slice = AlignedBuffer(capacity: count)[0..<count]
                switch change {
                case .bytes(let bytes):
                    let from = Int(position - start)
                    slice.withMutableBytes { $0.copyBytes(from: bytes[from..<from + count]) }
                case .overlay(let overlay, let offset): try overlay.read(into: slice, at: offset + position - start)
                }
                try body(slice, position)
                position += UInt64(count)
            }
        }
    }
}

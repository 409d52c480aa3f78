internal import BlockDevices
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// Makes everything on a target read as zeros that is not data of the moment: zero and unused ranges, and what the target
/// has beyond the source's end.
struct ZeroWorker {
    /// A request to a device cannot be interrupted; this much takes about a second where zeros must be written.
    private static let piece: UInt64 = 256 << 20

    let content: RestoreContent
    let state: RunState

    /// First of all, before any data: both held parts and the target's own end, where firmware looks for a GPT's backup.
    /// Afterwards nobody can take the disk for what it was, or for what it will be; its note says what it is.
    func clearEnds(of task: DiskTask) throws(BlockDeviceError) {
        let size = task.target.geometry.sizeInBytes
        let end = max(task.record.sizeInBytes, size - min(size, 1 << 20))
        try zero(task.held.head, on: task.target)
        try task.writeNote()
        for range in [task.held.tail, end..<size] { try zero(range, on: task.target) }
        try task.target.flush()
    }

    func run(_ task: DiskTask) throws {
        var pending: Range<UInt64>?
        try content.extents(of: task.record) { extent in
            try state.check()
            guard extent.kind != .data else { return }
            let range = extent.start * 512..<extent.end * 512
            // Zero and unused ranges alternate; one request covers both.
            if let last = pending, last.upperBound == range.lowerBound {
                pending = last.lowerBound..<range.upperBound
            } else {
                if let last = pending { try clear(last, task) }
                pending = range
            }
        }
        if let last = pending { try clear(last, task) }
        try clear(task.beyondSource, task)
    }

    private func clear(_ range: Range<UInt64>, _ task: DiskTask) throws {
        var start = range.lowerBound
        while start < range.upperBound {
            try state.check()
            let piece = start..<min(start + Self.piece, range.upperBound)
            if piece.lowerBound >= task.record.sizeInBytes {
                try zero(piece, on: task.target)
            } else {
                try zero(piece.clamped(to: task.held.middle), on: task.target)
            }
            task.zeroed.add(piece.upperBound - piece.lowerBound, ordering: .relaxed)
            start = piece.upperBound
        }
    }

    /// Leaves out what the medium knows to be zero.
    private func zero(_ range: Range<UInt64>, on target: any BlockTarget) throws(BlockDeviceError) {
        var rest = range
        while !rest.isEmpty, let data = try target.nextData(in: rest) {
            try target.zero(data)
            rest = data.upperBound..<rest.upperBound
        }
    }
}

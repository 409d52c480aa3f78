internal import BlockDevices
internal import Buffers
internal import Digests
internal import Repository
internal import RepositoryFormat

/// Decides whether the targets are compared before they are written: whether a sample of places holds the right bytes.
struct TargetSampler {
    /// One of so many is enough: below that, reading costs more than writing saves.
    private static let worthwhile = 16

    let view: View
    let state: RunState

    /// Reads the sample. Changes nothing.
    func isWorthComparing(_ samples: [Demand.Sample]) throws -> Bool {
        let hasher = SHA256()
        let buffer = AlignedBuffer(capacity: Limits.chunk)
        var compared = 0
        var right = 0
        for sample in samples {
            guard let task = state.disks.first(where: { $0.record.number == sample.disk }) else {
                continue
            }
            let start = sample.start * 512
            let range = start..<start + sample.sectors * 512
            let index = try view.repository.indexes.index(of: view.packs.id(sample.pack))
            guard range.clamped(to: task.held.middle) == range, Int(sample.chunk) < index.chunks.count,
                UInt64(index.chunks[Int(sample.chunk)].length) == sample.sectors * 512
            else { continue }
            compared += 1
            // A hole is not a chunk: zeros are never stored.
            guard try task.target.nextData(in: range) != nil else { continue }
            let slice = buffer[0..<Int(sample.sectors * 512)]
            try task.target.read(into: slice, at: start)
            if slice.withBytes({ hasher.digest(of: $0) }) == index.chunks[Int(sample.chunk)].identity { right += 1 }
        }
        return right > 0 && right * Self.worthwhile >= compared
    }
}

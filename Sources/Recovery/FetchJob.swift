internal import Digests
internal import Repository
internal import RepositoryFormat

/// Some neighbouring frames of one pack and all places that their bytes belong to: at most about 4 MiB of stored bytes.
struct FetchJob: Sendable {
    let pack: Digest
    let index: PackIndex
    /// The object that holds the frames.
    let object: String
    /// In storage order.
    let records: ArraySlice<ScatterRecord>
}

/// Cuts what a pack gives into jobs.
enum FetchPlanner {
    /// Stored bytes from a job's first needed frame to the end of its last: one request, and the room a worker has for it.
    static let jobLength = 4 << 20

    /// Calls `body` with the jobs of a share. Throws `damaged` when a record points outside the pack's chunks.
    static func eachJob(
        of share: PackShare, _ index: PackIndex, in object: String, _ body: (FetchJob) throws -> Void
    ) throws {
        var start = share.records.startIndex
        var jobFrom: UInt64 = 0
        var frame = -1
        var frameEnd = 0
        for position in share.records.indices {
            let record = share.records[position]
            try check(record, share.pack, index)
            guard Int(record.chunk) >= frameEnd else { continue }
            frame = index.frame(ofChunk: Int(record.chunk))
            frameEnd = index.chunks(ofFrame: frame).upperBound
            let next = index.frames[frame]
            if position == start {
                jobFrom = next.offset
            } else if next.offset + UInt64(next.storedLength) - jobFrom > UInt64(jobLength) {
                try body(
                    FetchJob(pack: share.pack, index: index, object: object, records: share.records[start..<position]))
                start = position
                jobFrom = next.offset
            }
        }
        if start < share.records.endIndex {
            try body(FetchJob(pack: share.pack, index: index, object: object, records: share.records[start...]))
        }
    }

    private static func check(_ record: ScatterRecord, _ pack: Digest, _ index: PackIndex) throws(RepositoryError) {
        let chunk = Int(record.chunk)
        guard chunk < index.chunks.count,
            UInt64(record.offset) + UInt64(record.lengthInSectors) <= UInt64(index.chunks[chunk].length / 512)
        else {
            throw RepositoryError(
                .damaged, "The map names bytes that pack \(pack.hex.prefix(8)) does not have (chunk \(chunk)).")
        }
    }
}

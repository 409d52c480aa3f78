internal import Buffers
internal import Digests
internal import LinuxSystem
internal import RepositoryFormat

/// One thread of a pack scan, with its buffers.
struct VerifierPackSweep: ~Copyable {
    private let scan: VerifierPackScan
    private let reader = FrameReader()
    private let stored = AlignedBuffer(capacity: Limits.frameStored)
    private let plain: AlignedBuffer?

    init(_ scan: VerifierPackScan) {
        self.scan = scan
        plain = scan.deep ? AlignedBuffer(capacity: Limits.framePlain) : nil
    }

    /// One pack from its header to its last frame. Damage goes to the scan; throws what ends a verification.
    func verify(_ job: VerifierPackScan.Job) throws(RepositoryError) {
        let subject = "Pack \(job.id.hex.prefix(8))"
        var rest = job.length
        defer { scan.advance(by: rest) }
        let index: PackIndex
        do {
            index = try scan.repository.indexes.index(of: job.id)
        } catch {
            // Sound when the maps were walked: it was altered since.
            guard Verifier.isDamage(error) else { throw error }
            scan.report(job, frames: nil, error.message)
            return
        }
        let name = scan.repository.indexes.objectName(of: job.id)
        let length: UInt64?
        do {
            length = try scan.repository.store.length(of: name)
        } catch { throw RepositoryError(error, object: subject) }
        if length == nil, try scan.repository.indexes.hasMoved(job.id, from: name, index) {
            // A collection put its frames elsewhere since the maps were walked.
            return try verify(job)
        }
        guard let length else {
            scan.report(job, frames: nil, "\(subject) is missing.")
            return
        }
        // A restore refuses a pack of another length before it writes anything, whichever frames it needs.
        guard length == index.packLength else {
            scan.report(
                job, frames: nil, "\(subject) is damaged: it holds \(length) bytes instead of \(index.packLength).")
            return
        }
        try verifyHeader(job, name, subject)
        var first = 0
        while first < index.frames.count {
            let run = runOfFrames(in: index, from: first)
            try verify(run, of: index, job)
            let bytes = run.reduce(0) { $0 + UInt64(index.frames[$1].storedLength) }
            rest -= bytes
            scan.advance(by: bytes)
            first = run.upperBound
        }
    }

    private func verifyHeader(_ job: VerifierPackScan.Job, _ name: String, _ subject: String) throws(RepositoryError) {
        let slice = stored[0..<ObjectHeader.byteCount]
        var what: String?
        do {
            try scan.repository.store.read(name, at: 0, into: slice)
            var header = ByteReader(slice.withBytes { Array($0) }, subject: subject)
            let kind: ObjectKind = name == ObjectName.pack(job.id) ? .pack : .hollowedPack
            if try ObjectHeader.check(&header, as: kind) != job.length { what = "another length in its header" }
        } catch let error as StoreError {
            let error = RepositoryError(error, object: subject)
            guard Verifier.isDamage(error) else { throw error }
            what = error.message
        } catch { what = "\(error)" }
        guard let what else { return }
        scan.report(job, frames: 0..<0, "The header is damaged; no restore reads it: \(what)")
    }

    /// As many frames as fit the buffer, from `first` on; at least one.
    private func runOfFrames(in index: PackIndex, from first: Int) -> Range<Int> {
        var end = first
        var bytes = 0
        while end < index.frames.count, bytes + index.frames[end].storedLength <= stored.capacity {
            bytes += index.frames[end].storedLength
            end += 1
        }
        return first..<max(end, first + 1)
    }

    /// Reads a run of frames at once; where that fails, frame by frame, to name the ones that cannot be read.
    private func verify(
        _ run: Range<Int>, of index: PackIndex, _ job: VerifierPackScan.Job
    ) throws(RepositoryError) {
        if Interruption.isRequested {
            throw RepositoryError(.interrupted, "The verification was interrupted. The repository was only read.")
        }
        let start = index.frames[run.lowerBound].offset
        let count = run.reduce(0) { $0 + index.frames[$1].storedLength }
        do {
            let name = scan.repository.indexes.objectName(of: job.id)
            try scan.repository.store.read(name, at: start, into: stored[0..<count])
        } catch {
            let reason = RepositoryError(error, object: "Pack \(job.id.hex.prefix(8))")
            guard Verifier.isDamage(reason) else { throw reason }
            if run.count > 1 {
                for frame in run { try verify(frame..<frame + 1, of: index, job) }
                return
            }
            let frame = index.frames[run.lowerBound]
            let damage = FrameReader.damaged(job.id, run.lowerBound, frame, "cannot be read: \(reason.message)")
            scan.report(job, frames: UInt32(run.lowerBound)..<UInt32(run.upperBound), damage.message)
            return
        }
        for number in run where index.holds(frame: number) {
            let frame = index.frames[number]
            let offset = Int(frame.offset - start)
            verify(stored[offset..<offset + frame.storedLength], number, of: index, job)
        }
    }

    private func verify(_ bytes: BufferSlice, _ number: Int, of index: PackIndex, _ job: VerifierPackScan.Job) {
        let frame = index.frames[number]
        scan.count(frames: 1, chunks: index.chunks(ofFrame: number).count, bytes: UInt64(frame.storedLength))
        let frames = UInt32(number)..<UInt32(number + 1)
        guard let plain else {
            if reader.identity(of: bytes) != frame.digest {
                let damage = FrameReader.damaged(job.id, number, frame, "does not match its digest")
                scan.report(job, frames: frames, damage.message)
            }
            return
        }
        do {
            try reader.open(bytes, of: job.id, number: number, frame: frame, into: plain.all)
        } catch {
            scan.report(job, frames: frames, error.message)
            return
        }
        for chunk in index.chunks(ofFrame: number) {
            let start = Int(index.chunkOffsets[chunk])
            let slice = plain[start..<start + index.chunks[chunk].length]
            guard reader.identity(of: slice) != index.chunks[chunk].identity else { continue }
            let what = "holds a chunk \(chunk) that is not what its index says"
            let damage = FrameReader.damaged(job.id, number, frame, what)
            scan.report(job, frames: frames, damage.message)
        }
    }
}

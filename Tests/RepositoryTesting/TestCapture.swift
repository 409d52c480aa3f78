internal import Buffers
internal import Digests
package import Repository
internal import RepositoryFormat
internal import Zstd

/// The smallest capture there is: fixed chunks of two blocks, frames of two chunks, one thread.
///
/// Through the same `TimelineWriter` as the real one, so that what it proves about writing holds for that as well.
package final class TestCapture {
    package static let chunk = 8 << 10
    package static let frame = 16 << 10
    package static let packLength = 64 << 10

    private let writer: TimelineWriter
    private let plain = AlignedBuffer(capacity: frame)
    private let stored = AlignedBuffer(capacity: Compressor.bound(of: frame))
    private let compressor = Compressor(level: 1)
    private let hasher = SHA256()
    private var used = 0
    private var pending: [(serial: UInt32, record: ChunkRecord)] = []

    package init(_ writer: TimelineWriter) { self.writer = writer }

    package func scan(_ disk: TestDisk, number: UInt32) throws -> ScannedDisk {
        var scanned = ScannedDisk(
            number: number, sizeInBytes: UInt64(disk.bytes.count), logicalSectorSize: 512, physicalSectorSize: 4_096)
        var run: Range<Int> = 0..<0
        for start in stride(from: 0, to: disk.bytes.count, by: TestDisk.block) {
            let range = start..<min(start + TestDisk.block, disk.bytes.count)
            let kind = Self.kind(of: range, in: disk)
            if kind == .data, run.count + range.count <= Self.chunk {
                run = (run.isEmpty ? range.lowerBound : run.lowerBound)..<range.upperBound
                continue
            }
            try add(disk.bytes[run], to: &scanned)
            run = kind == .data ? range : range.upperBound..<range.upperBound
            if kind != .data { scanned.append(kind, sectors: UInt64(range.count / 512)) }
        }
        try add(disk.bytes[run], to: &scanned)
        try seal()
        return scanned
    }

    private static func kind(of range: Range<Int>, in disk: TestDisk) -> ExtentKind {
        if disk.unused.contains(range.lowerBound / TestDisk.block) { return .unused }
        return disk.isZero(range) ? .zero : .data
    }

    private func add(_ chunk: ArraySlice<UInt8>, to scanned: inout ScannedDisk) throws {
        guard !chunk.isEmpty else { return }
        let identity = SHA256.digest(of: Array(chunk))
        let (serial, isNew) = writer.chunks.claim(identity)
        scanned.appendData(sectors: chunk.count / 512, serial: serial)
        guard isNew else { return }
        if used + chunk.count > Self.frame { try seal() }
        plain[used..<used + chunk.count].withMutableBytes { $0.copyBytes(from: chunk) }
        used += chunk.count
        pending.append((serial, ChunkRecord(length: chunk.count, identity: identity)))
    }

    private func seal() throws {
        guard used > 0 else { return }
        let length = try compressor.compress(plain[0..<used], into: stored.all)
        let smaller = length < used
        let slice = smaller ? stored[0..<length] : plain[0..<used]
        let digest = slice.withBytes { hasher.digest(of: $0) }
        try writer.writer.add(
            SealedFrame(stored: slice, digest: digest, codec: smaller ? .zstd : .stored, chunks: pending))
        used = 0
        pending = []
    }
}

extension Repository {
    /// Captures disks as one moment of a host. `numbers` are those of the disks in the timeline, from 0 without them.
    @discardableResult
    package func capture(
        _ host: String, _ disks: [TestDisk], numbers: [UInt32]? = nil, label: String = ""
    ) throws -> CommittedMoment {
        try write(host: host, packLength: TestCapture.packLength) { writer in
            let capture = TestCapture(writer)
            let scanned = try disks.enumerated().map { try capture.scan($1, number: numbers?[$0] ?? UInt32($0)) }
            let description = TimelineWriter.Description(
                machineJSON: Array("{\"label\":\"\(label)\"}".utf8), label: label, quality: .cold, scanStarted: 0,
                writer: "tests")
            return try writer.commit(scanned, description)
        }
    }
}

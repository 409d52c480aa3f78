internal import Digests

/// What stands at the start of a disk while a restore writes to it (format.md, section 15): after a power cut it tells which
/// restore that was. Whoever reads it must not trust it: it proposes, and the operator confirms each disk as ever.
package struct RestoreNote: Codable, Hashable, Sendable {
    /// Where one disk of the restore goes.
    package struct Disk: Codable, Hashable, Sendable {
        /// Number of the disk in the timeline.
        package var source: UInt32
        /// Serial or WWN of its target; nil where it has none.
        package var target: String?

        package init(source: UInt32, target: String?) {
            self.source = source
            self.target = target
        }
    }

    /// The note's place and size: the first 4096 bytes of the disk.
    package static let byteCount = 4_096
    static let bodyOffset = 512
    static let magic = Array("LIFEBOAT-RESTORE".utf8)
    static let version: UInt32 = 1

    package var host: String
    package var position: Position { Position(epoch: epoch, sequence: sequence) }
    var epoch: UInt64
    var sequence: UInt64
    /// Of the moment, nanoseconds since 1970, UTC.
    package var time: Int64
    /// URL or directory, without user and password.
    package var repository: String
    /// When the restore began, nanoseconds since 1970, UTC.
    package var begun: Int64
    /// Which disk of the timeline this one becomes.
    package var source: UInt32
    /// All disks of the restore; only this one where that would not fit. A disk that is divided among several targets is there for
    /// each of them, in their order, and disks that go to one target have the same.
    package var disks: [Disk]
    /// Which of the targets of a divided disk this is, from 0; nil where there is one.
    package var part: Int?
    /// Whether partitions are moved and made smaller where a target is.
    package var fits: Bool
    /// Bytes of data that were there when the note was written, and of how many.
    package var done: UInt64
    package var total: UInt64

    package init(
        host: String, position: Position, time: Int64, repository: String, begun: Int64, source: UInt32,
        disks: [Disk], part: Int? = nil, fits: Bool = false, done: UInt64 = 0, total: UInt64
    ) {
        self.host = host
        epoch = position.epoch
        sequence = position.sequence
        self.time = time
        self.repository = repository
        self.begun = begun
        self.source = source
        self.disks = disks
        self.part = part
        self.fits = fits
        self.done = done
        self.total = total
    }

    /// How much of the data was there, in whole percent.
    package var percent: Int { total == 0 ? 0 : Int(Double(min(done, total)) * 100 / Double(total)) }

    /// Whether both belong to one restore, perhaps begun anew.
    package func isOfSameRestore(as other: RestoreNote) -> Bool {
        host == other.host && position == other.position && time == other.time
    }

    /// The targets of the disk that this one becomes: several where it is divided.
    package var parts: [Disk] { disks.filter { $0.source == source } }

    /// The numbers of all disks that go to the same target as this note's, which has to be known by a serial or WWN.
    package var combined: [UInt32] {
        guard part == nil, let target = parts.first?.target else { return [source] }
        return disks.filter { $0.target == target }.map(\.source)
    }

    /// `byteCount` bytes; nil where even this disk alone does not fit, as with an address of thousands of characters.
    package var encoded: [UInt8]? {
        var body = encodeJSONLine(self)
        if body.count > Self.byteCount - Self.bodyOffset {
            var alone = self
            alone.disks.removeAll { $0.source != source }
            body = encodeJSONLine(alone)
        }
        guard body.count <= Self.byteCount - Self.bodyOffset else { return nil }
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.append(Self.magic)
        writer.append(Self.version)
        writer.append(UInt32(body.count))
        writer.append(SHA256.digest(of: body))
        var bytes = writer.bytes
        bytes += [UInt8](repeating: 0, count: Self.bodyOffset - bytes.count) + body
        return bytes + [UInt8](repeating: 0, count: Self.byteCount - bytes.count)
    }

    /// The note in the first bytes of a disk; nil when there is none. Throws for one that is torn, foreign or newer.
    package static func decode(_ bytes: [UInt8]) throws(FormatError) -> RestoreNote? {
        guard bytes.count >= byteCount, bytes.starts(with: magic) else { return nil }
        let subject = "The note of an interrupted restore"
        var reader = ByteReader(Array(bytes[..<byteCount]), from: magic.count, subject: subject)
        guard try reader.integer(UInt32.self) == version else {
            throw FormatError(.unsupported, "\(subject) was written by a newer Lifeboat.")
        }
        let count = try reader.count("bytes", limit: byteCount - bodyOffset)
        let digest = try reader.digest()
        try reader.zeros(bodyOffset - reader.offset)
        let body = Array(try reader.bytes(count))
        guard SHA256.digest(of: body) == digest else { throw reader.damaged("its digest does not fit") }
        let note: RestoreNote = try decodeJSON(body, subject: subject)
        let texts = [note.host, note.repository] + note.disks.compactMap(\.target)
        guard !note.host.isEmpty, note.host.utf8.count <= Limits.name, abs(note.time.clamped) <= Limits.time,
            abs(note.begun.clamped) <= Limits.time, note.epoch <= Limits.epoch, note.sequence <= Limits.sequence,
            note.parts.indices.contains(note.part ?? 0), (note.part == nil) == (note.parts.count == 1),
            texts.allSatisfy({ $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value) } })
        else { throw reader.damaged("a value is out of its limits") }
        return note
    }
}

extension Int64 {
    /// With an absolute value that can be said.
    fileprivate var clamped: Int64 { Swift.max(self, -Int64.max) }
}

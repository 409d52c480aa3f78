package import Digests
package import FoundationEssentials

/// One state of a host's timeline; its creation commits a capture (format.md, section 9).
package struct Head: Hashable, Sendable {
    package var host: UUID
    package var number: UInt64
    /// Digest of head `number` − 1; nil for the first.
    package var previous: Digest?
    package var epoch: UInt64
    /// Nanoseconds since 1970, UTC.
    package var time: Int64
    package var hostName: String
    package var writer: String
    /// The newest history; older is in the manifests.
    package var entries: HistoryEntries
    /// Oldest first.
    package var manifests: [ManifestReference] = []
    /// What is kept for how long, as text of `RetentionPolicy`; nil keeps everything.
    package var retention: String?
    /// The lowest number of a head that is kept; older ones were collected. Nil: all are there.
    package var oldestHead: UInt64?

    package init(
        host: UUID, number: UInt64, previous: Digest?, epoch: UInt64, time: Int64, hostName: String, writer: String,
        moments: [Moment]
    ) {
        self.host = host
        self.number = number
        self.previous = previous
        self.epoch = epoch
        self.time = time
        self.hostName = hostName
        self.writer = writer
        entries = HistoryEntries(moments: moments)
    }
}

extension Head {
    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 512 + entries.count * 160 + manifests.count * 96)
        ObjectHeader.begin(.head, in: &writer)
        writer.append(host.byteArray)
        writer.append(number)
        writer.append(previous ?? Digest(words: (0, 0, 0, 0)))
        writer.append(epoch)
        writer.append(time)
        Section.hostName.append(Array(hostName.utf8), to: &writer)
        Section.writer.append(Array(self.writer.utf8), to: &writer)
        Section.manifests.append(manifests, to: &writer) { $0.encode(into: &$1) }
        entries.encode(into: &writer)
        if let retention { Section.retention.append(Array(retention.utf8), to: &writer) }
        if let oldestHead {
            var content = ByteWriter()
            content.append(oldestHead)
            Section.oldestHead.append(content.bytes, to: &writer)
        }
        ObjectHeader.seal(&writer)
        return writer.bytes
    }

    package static func decode(_ bytes: [UInt8], host: UUID, number: UInt64) throws(FormatError) -> Head {
        var reader = try ObjectHeader.open(bytes, as: .head, subject: "Head \(number) of host \(host.text)")
        let foundHost = try reader.identifier()
        let foundNumber = try reader.integer(UInt64.self)
        guard foundHost == host, foundNumber == number else {
            throw reader.damaged("it is head \(foundNumber) of host \(foundHost.text)")
        }
        let previous = try reader.digest()
        guard number != 1 || previous == Digest(words: (0, 0, 0, 0)) else {
            throw reader.damaged("the first head follows another")
        }
        var head = Head(
            host: host, number: number, previous: number == 1 ? nil : previous, epoch: try reader.integer(),
            time: try reader.time(), hostName: "", writer: "", moments: [])
        try reader.eachSection { (section, length, reader) throws(FormatError) in
            try head.decode(section, length, &reader)
        }
        // The next writer counts on from it.
        guard head.epoch < Limits.epoch else { throw reader.damaged("an epoch at the end of all numbers") }
        guard !head.hostName.isEmpty, head.hostName.utf8.count <= Limits.name else {
            throw reader.damaged("it does not name its host")
        }
        return head
    }

    private mutating func decode(
        _ section: Section, _ length: Int, _ reader: inout ByteReader
    ) throws(FormatError) -> Bool {
        switch section {
        case .hostName: hostName = try reader.text(length, "the host's name")
        case .writer: writer = try reader.text(length, "the writer's name")
        case .oldestHead:
            let oldest = try reader.integer(UInt64.self)
            guard oldest <= number else { throw reader.damaged("it calls a later head the oldest") }
            oldestHead = oldest
        case .retention: retention = try reader.text(length, "the retention policy")
        case .manifests:
            manifests = try reader.list("manifests", limit: Limits.entriesInHead) { (reader) throws(FormatError) in
                try ManifestReference.decode(&reader)
            }
        default: return try entries.decode(section, &reader)
        }
        return true
    }
}

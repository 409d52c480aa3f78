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
    /// Ascending by position.
    package var moments: [Moment]

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
        self.moments = moments
    }
}

extension Head {
    private enum Section: UInt16 {
        case hostName = 1
        case writer = 2
        case moments = 3
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 256 + moments.count * 256)
        ObjectHeader.begin(.head, in: &writer)
        writer.append(host.byteArray)
        writer.append(number)
        writer.append(previous ?? Digest(words: (0, 0, 0, 0)))
        writer.append(epoch)
        writer.append(time)
        var list = ByteWriter()
        list.append(UInt32(moments.count))
        for moment in moments { moment.encode(into: &list) }
        let sections: [(Section, [UInt8])] = [
            (.hostName, Array(hostName.utf8)), (.writer, Array(self.writer.utf8)), (.moments, list.bytes),
        ]
        for (tag, content) in sections {
            writer.append(tag.rawValue)
            writer.append(UInt16(1))
            writer.append(UInt32(content.count))
            writer.append(content)
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
            time: try reader.integer(), hostName: "", writer: "", moments: [])
        while reader.remaining > 0 { try head.decodeSection(&reader) }
        // The next writer counts on from both.
        guard head.epoch < .max, head.moments.allSatisfy({ $0.time < .max }) else {
            throw reader.damaged("an epoch or a time at the end of all numbers")
        }
        guard !head.hostName.isEmpty, head.hostName.utf8.count <= Limits.name else {
            throw reader.damaged("it does not name its host")
        }
        return head
    }

    private mutating func decodeSection(_ reader: inout ByteReader) throws(FormatError) {
        let tag = try reader.integer(UInt16.self)
        let flags = try reader.integer(UInt16.self)
        let length = try reader.count("bytes of a section", limit: Limits.head)
        switch Section(rawValue: tag) {
        case .hostName: hostName = try reader.text(length, "the host's name")
        case .writer: writer = try reader.text(length, "the writer's name")
        case .moments:
            let end = reader.offset + length
            let count = try reader.count("moments", limit: Limits.momentsInHead)
            for _ in 0..<count {
                let moment = try Moment.decode(&reader)
                if let last = moments.last, last.position >= moment.position {
                    throw reader.damaged("moments out of order")
                }
                moments.append(moment)
            }
            guard reader.offset == end else { throw reader.damaged("a section longer than its content") }
        case nil:
            guard flags & 1 == 0 else {
                throw FormatError(.unsupported, "\(reader.subject) needs a newer Lifeboat (section \(tag)).")
            }
            try reader.skip(length)
        }
    }
}

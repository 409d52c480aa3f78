/// What a head or a manifest lists of a host's history, in no order that matters (format.md, section 9).
package struct HistoryEntries: Hashable, Sendable {
    package var moments: [Moment] = []
    package var layers: [Layer] = []
    package var gaps: [Gap] = []
    package var marks: [Mark] = []

    package init(moments: [Moment] = [], layers: [Layer] = [], gaps: [Gap] = [], marks: [Mark] = []) {
        self.moments = moments
        self.layers = layers
        self.gaps = gaps
        self.marks = marks
    }

    package var count: Int { moments.count + layers.count + gaps.count + marks.count }

    package mutating func append(_ more: HistoryEntries) {
        moments += more.moments
        layers += more.layers
        gaps += more.gaps
        marks += more.marks
    }

    /// Ends the gaps that last.
    package mutating func endGaps(at position: Position, time: Int64) {
        for index in gaps.indices where gaps[index].to == nil {
            gaps[index].to = position
            gaps[index].toTime = time
        }
    }
}

/// Sections of heads and manifests.
enum Section: UInt16 {
    case hostName = 1
    case writer = 2
    case moments = 3
    case gaps = 5
    case manifests = 6
    case marks = 8
    case retention = 12
    case layers = 13
    case oldestHead = 14

    /// Appends a section that every reader must understand.
    func append(_ content: some Collection<UInt8>, to writer: inout ByteWriter) {
        writer.append(rawValue)
        writer.append(UInt16(1))
        writer.append(UInt32(content.count))
        writer.append(content)
    }

    /// Appends a counted list, unless it is empty.
    func append<Entry>(
        _ list: [Entry], to writer: inout ByteWriter, _ encode: (Entry, inout ByteWriter) -> Void
    ) {
        guard !list.isEmpty else { return }
        var content = ByteWriter(capacity: 4 + list.count * 128)
        content.append(UInt32(list.count))
        for entry in list { encode(entry, &content) }
        append(content.bytes, to: &writer)
    }
}

extension HistoryEntries {
    func encode(into writer: inout ByteWriter) {
        Section.moments.append(moments, to: &writer) { $0.encode(into: &$1) }
        Section.gaps.append(gaps, to: &writer) { $0.encode(into: &$1) }
        Section.marks.append(marks, to: &writer) { $0.encode(into: &$1) }
        Section.layers.append(layers, to: &writer) { $0.encode(into: &$1) }
    }

    /// Reads one section's content; false when it is none of these.
    mutating func decode(_ section: Section, _ reader: inout ByteReader) throws(FormatError) -> Bool {
        switch section {
        case .moments:
            moments = try reader.list("moments", limit: Limits.momentsInHead) {
                (reader) throws(FormatError) in try Moment.decode(&reader)
            }
            for (one, next) in zip(moments, moments.dropFirst()) where one.position >= next.position {
                throw reader.damaged("moments out of order")
            }
        case .gaps:
            gaps = try reader.list("gaps", limit: Limits.entriesInHead) { (reader) throws(FormatError) in
                try Gap.decode(&reader)
            }
        case .marks:
            marks = try reader.list("marks", limit: Limits.entriesInHead) { (reader) throws(FormatError) in
                try Mark.decode(&reader)
            }
        case .layers:
            layers = try reader.list("layers", limit: Limits.entriesInHead) { (reader) throws(FormatError) in
                try Layer.decode(&reader)
            }
        default: return false
        }
        return true
    }
}

extension ByteReader {
    mutating func list<Entry>(
        _ name: String, limit: Int, _ decode: (inout ByteReader) throws(FormatError) -> Entry
    ) throws(FormatError) -> [Entry] {
        let count = try count(name, limit: limit)
        var list: [Entry] = []
        for _ in 0..<count { list.append(try decode(&self)) }
        return list
    }

    /// Calls `body` for every section to the end; it must take all of a section's content, or say that it does not know it.
    mutating func eachSection(
        _ body: (Section, Int, inout ByteReader) throws(FormatError) -> Bool
    ) throws(FormatError) {
        var seen: Set<Section> = []
        while remaining > 0 {
            let tag = try integer(UInt16.self)
            let flags = try integer(UInt16.self)
            let length = try count("bytes of a section", limit: Limits.head)
            let end = offset + length
            if let section = Section(rawValue: tag), try body(section, length, &self) {
                guard offset == end else { throw damaged("a section of another length than its content") }
                guard seen.insert(section).inserted else { throw damaged("section \(tag) stands there twice") }
            } else {
                guard flags & 1 == 0 else {
                    throw FormatError(.unsupported, "\(subject) needs a newer Lifeboat (section \(tag)).")
                }
                try skip(length)
            }
        }
    }
}

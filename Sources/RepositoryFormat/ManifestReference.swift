/// A list of older history that a head links to (format.md, section 9, tag 6).
package struct ManifestReference: Hashable, Sendable {
    package var object: ObjectReference
    /// Positions and times (nanoseconds since 1970, UTC) of what it lists.
    package var first: Position
    package var last: Position
    package var earliest: Int64
    package var latest: Int64
    package var entries: UInt32

    package init(
        object: ObjectReference, first: Position, last: Position, earliest: Int64, latest: Int64, entries: UInt32
    ) {
        self.object = object
        self.first = first
        self.last = last
        self.earliest = earliest
        self.latest = latest
        self.entries = entries
    }
}

extension ManifestReference {
    func encode(into writer: inout ByteWriter) {
        writer.append(object.digest)
        writer.append(object.length)
        writer.append(first)
        writer.append(last)
        writer.append(earliest)
        writer.append(latest)
        writer.append(entries)
        writer.zeros(4)
    }

    static func decode(_ reader: inout ByteReader) throws(FormatError) -> ManifestReference {
        let object = ObjectReference(digest: try reader.digest(), length: try reader.integer())
        let first = try reader.position()
        let last = try reader.position()
        let earliest = try reader.time()
        let latest = try reader.time()
        let entries = try reader.integer(UInt32.self)
        try reader.zeros(4)
        guard object.length <= UInt64(Limits.manifest) else {
            throw FormatError(.aboveLimit, "\(reader.subject) names a manifest above the limits.")
        }
        guard first <= last, earliest <= latest else { throw reader.damaged("a manifest that ends before it begins") }
        return ManifestReference(
            object: object, first: first, last: last, earliest: earliest, latest: latest, entries: entries)
    }
}

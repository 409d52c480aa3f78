package import Digests
package import FoundationEssentials

/// A list of older history (format.md, section 10.4): an immutable object that heads link to.
package enum Manifest {
    package static func encode(_ entries: HistoryEntries, host: UUID) -> [UInt8] {
        var writer = ByteWriter(capacity: 64 + entries.count * 140)
        ObjectHeader.begin(.manifest, in: &writer)
        writer.append(host.byteArray)
        entries.encode(into: &writer)
        ObjectHeader.seal(&writer)
        return writer.bytes
    }

    /// Reads a manifest whose digest was already compared.
    package static func decode(_ bytes: [UInt8], digest: Digest, host: UUID) throws(FormatError) -> HistoryEntries {
        var reader = try ObjectHeader.open(bytes, as: .manifest, subject: "Manifest \(digest.hex.prefix(8))")
        guard try reader.identifier() == host else { throw reader.damaged("it belongs to another host") }
        var entries = HistoryEntries()
        try reader.eachSection { (section, _, reader) throws(FormatError) in try entries.decode(section, &reader) }
        return entries
    }

    /// What a head says of this list; traps on an empty one.
    package static func reference(to entries: HistoryEntries, object: ObjectReference) -> ManifestReference {
        let positions =
            entries.moments.map(\.position) + entries.layers.flatMap { [$0.base, $0.last] } + entries.gaps.map(\.from)
            + entries.marks.map(\.position)
        let times =
            entries.moments.map(\.time) + entries.layers.flatMap { [$0.earliest, $0.latest] }
            + entries.gaps.map(\.fromTime) + entries.marks.map(\.time)
        guard let first = positions.min(), let last = positions.max(), let earliest = times.min(),
            let latest = times.max()
        else { preconditionFailure("an empty manifest") }
        return ManifestReference(
            object: object, first: first, last: last, earliest: earliest, latest: latest,
            entries: UInt32(entries.count))
    }
}

import RepositoryFormat

extension Decoder {
    /// The objects of a timeline that goes on.
    static let history: [Decoder] = [
        Decoder(
            name: "head with a history", sample: Samples.longHead.encoded(),
            decode: { try Head.decode($0, host: Samples.host, number: 2).encoded() }, firstSection: 104),
        Decoder(
            name: "manifest", sample: Manifest.encode(Samples.entries, host: Samples.host),
            decode: { bytes in
                let entries = try Manifest.decode(bytes, digest: Samples.digest(1), host: Samples.host)
                return Manifest.encode(entries, host: Samples.host)
            }, firstSection: 48),
        Decoder(name: "index part of a journal", sample: Samples.journal.encoded(following: 552)) { bytes in
            try SegmentIndex.decode(bytes, digest: Samples.digest(1), objectLength: 960).encoded(following: 552)
        },
        Decoder(name: "index part of a delta", sample: Samples.delta.encoded(following: 30)) { bytes in
            try SegmentIndex.decode(bytes, digest: Samples.digest(1), objectLength: 398).encoded(following: 30)
        },
    ]

    /// Bytes of the flags of all sections.
    var sectionFlags: Set<Int> {
        var flags: Set<Int> = []
        var offset = firstSection ?? (name == "head" ? 104 : sample.count)
        while offset + 8 <= sample.count {
            flags.formUnion([offset + 2, offset + 3])
            offset += 8 + sample[offset + 4..<offset + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        return flags
    }
}

package import FoundationEssentials

/// `lifeboat.json` (format.md, section 4).
package struct RepositoryDescription: Codable, Hashable, Sendable {
    package struct Algorithms: Codable, Hashable, Sendable {
        package var digest = "sha-256"
        package var compression = "zstd"
        package var boundary = "xxh3-64"

        package init() {}
    }

    package var format: Int
    package var id: UUID
    /// ISO 8601, UTC.
    package var created: String
    package var algorithms: Algorithms
    package var chunker: ChunkerParameters
    package var createIfAbsent: Bool
    package var mustUnderstand: [String]
    package var keySlots: [String]

    package init(id: UUID, created: String, chunker: ChunkerParameters, createIfAbsent: Bool) {
        format = 1
        self.id = id
        self.created = created
        algorithms = Algorithms()
        self.chunker = chunker
        self.createIfAbsent = createIfAbsent
        mustUnderstand = []
        keySlots = []
    }

    /// Throws `unsupported` for another format, algorithm or unknown feature, `damaged` for anything else.
    package static func decode(_ bytes: [UInt8]) throws(FormatError) -> RepositoryDescription {
        let value: RepositoryDescription = try decodeJSON(bytes, subject: ObjectName.repository)
        guard value.format == 1, value.algorithms == Algorithms(), value.mustUnderstand.isEmpty else {
            throw FormatError(
                .unsupported,
                "lifeboat.json needs a newer Lifeboat (format \(value.format), \(value.algorithms), "
                    + "must understand \(value.mustUnderstand)).")
        }
        try value.chunker.validate()
        return value
    }
}

/// What a verification found. Written as JSON by `lifeboat verify --json`; members are only ever added.
package struct VerificationReport: Codable, Hashable, Sendable {
    /// A moment that cannot be restored whole because of a damage.
    package struct TouchedMoment: Codable, Hashable, Sendable {
        package var host: String
        /// ISO 8601, UTC, as lists print it.
        package var time: String
        package var position: String
        package var label: String
    }

    /// Writes of a host that cannot be opened because of a damage, unless another segment holds them as well. ISO 8601, UTC.
    package struct TouchedStretch: Codable, Hashable, Sendable {
        package var host: String
        package var from: String
        package var to: String
    }

    /// One object that is not what it must be.
    package struct Damage: Codable, Hashable, Sendable {
        /// Name in the tree of format.md, section 2.
        package var object: String
        package var what: String
        /// Names of the hosts it touches.
        package var hosts: [String]
        /// Every moment that needs what is damaged, and no other. Empty while `hosts` is not: the host cannot be
        /// opened at all, or none of its moments needs the object. Empty with no host: no moment needs it.
        package var moments: [TouchedMoment]
        /// Writes between moments that need what is damaged.
        package var stretches: [TouchedStretch] = []
    }

    /// How much was looked at. Objects that several moments share count once.
    package struct Counts: Codable, Hashable, Sendable {
        package var hosts = 0
        package var heads = 0
        package var moments = 0
        package var mapPages = 0
        package var segments = 0
        package var packs = 0
        package var frames = 0
        package var chunks = 0
        /// Bytes of packs read and compared with their digests.
        package var packBytes: UInt64 = 0
    }

    package var repository: String
    package var ok: Bool
    /// Whether frames were also decompressed and chunk identities computed again.
    package var deep: Bool
    package var damages: [Damage]
    /// What is worth knowing and no damage: garbage, leftovers of killed captures.
    package var notes: [String]
    package var counts: Counts
}

/// What a prune did, or would do. Written as JSON by `lifeboat prune --json`; members are only ever added.
package struct PruneReport: Codable, Hashable, Sendable {
    /// A stretch of a host's history that is kept more coarsely now. Times ISO 8601, UTC.
    package struct Stretch: Codable, Hashable, Sendable {
        package var from: String
        package var to: String
        /// What stays of it: "one state an hour".
        package var keeps: String
        /// Positions that could be opened before and cannot any more, without those inside journals.
        package var droppedMoments: Int
        package var keptMoments: Int
        package var droppedSegments: Int
    }

    package struct Host: Codable, Hashable, Sendable {
        package var name: String
        /// Nil: none is set, and everything is kept.
        package var policy: String?
        package var droppedMoments = 0
        package var keptMoments = 0
        package var droppedSegments = 0
        package var stretches: [Stretch] = []
        /// Everything from this time on is as it was. Nil: nothing was thinned.
        package var untouchedFrom: String?
    }

    package var repository: String
    package var dryRun: Bool
    package var hosts: [Host] = []
    /// Removed now.
    package var freedObjects = 0
    package var freedBytes: UInt64 = 0
    /// Named by nothing any more, and removed by a run after the grace.
    package var waitingObjects = 0
    package var waitingBytes: UInt64 = 0
    /// Packs of which only the frames in use were kept.
    package var hollowedPacks = 0
    package var notes: [String] = []
}

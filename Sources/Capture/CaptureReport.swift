internal import Repository
internal import RepositoryFormat

/// What a capture did, for people and as JSON. Sizes in bytes.
package struct CaptureReport: Codable, Sendable {
    package var host: String
    /// ISO 8601, UTC: the moment as `--at` takes it.
    package var moment: String
    package var label: String
    package var head: UInt64
    package var diskBytes: UInt64
    package var dataBytes: UInt64
    package var newBytes: UInt64
    package var storedBytes: UInt64
    package var newPacks: Int
    package var seconds: Double
    /// What was decided about each file system's free space.
    package var notes: [String]
    package var warnings: [String]

    init(host: String, committed: CommittedMoment, notes: [String], warnings: [String], nanoseconds: UInt64) {
        let moment = committed.moment
        self.host = host
        self.moment = Timestamp.text(ofNanoseconds: moment.time)
        label = moment.label
        head = committed.head
        diskBytes = moment.diskBytes
        dataBytes = moment.dataBytes
        newBytes = moment.newPlainBytes
        storedBytes = moment.newStoredBytes
        newPacks = committed.packs
        seconds = Double(nanoseconds) / 1e9
        self.notes = notes
        self.warnings = warnings
    }
}

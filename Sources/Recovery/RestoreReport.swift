/// What a restore did, for people (`text`) and as JSON. Sizes in bytes.
package struct RestoreReport: Codable, Hashable, Sendable {
    package struct Disk: Codable, Hashable, Sendable {
        package var source: UInt32
        package var target: String
        package var model: String?
        package var serial: String?
        package var wwn: String?
        package var sourceSizeInBytes: UInt64
        package var targetSizeInBytes: UInt64
        package var dataBytes: UInt64
        package var writtenBytes: UInt64
        /// Was on the target already and not written again.
        package var alreadyRightBytes: UInt64
        package var zeroedBytes: UInt64
        /// Read back and compared; 0 when verification was turned off.
        package var verifiedBytes: UInt64
    }

    /// Bytes of a target that are deliberately not those of the moment.
    package struct AdaptedRange: Codable, Hashable, Sendable {
        /// Number of the disk in the timeline.
        package var disk: UInt32
        package var target: String
        package var offset: UInt64
        package var length: UInt64
        package var reason: String
    }

    /// What making the restored system fit this machine came to.
    package struct SystemAdaptation: Codable, Hashable, Sendable {
        package var report: AdaptationReport?
        /// Why there is no report: no Linux system on the disks, or a step that failed.
        package var problem: String?

        package init(report: AdaptationReport) { self.report = report }
        package init(problem: String) { self.problem = problem }
    }

    package struct Phase: Codable, Hashable, Sendable {
        package var name: String
        package var seconds: Double
        package var bytes: UInt64
        package var bytesPerSecond: Double
    }

    package var host: String
    /// ISO 8601, UTC: the moment that the disks hold now.
    package var moment: String
    package var label: String
    /// How the disks stood at the moment: "cold", "frozen", …
    package var quality: String
    /// ISO 8601, UTC.
    package var started: String
    package var finished: String
    package var seconds: Double
    package var isVerified: Bool
    package var disks: [Disk]
    package var adapted: [AdaptedRange]
    package var phases: [Phase]
    package var packs: Int
    package var fetchedBytes: UInt64
    /// Whether the targets were compared before they were written.
    package var comparedFirst: Bool
    package var warnings: [String]
    package var nextSteps: [String]
    /// nil when it was not asked for.
    package var adaptation: SystemAdaptation?
}

package import Repository
package import RepositoryFormat

/// A moment as it is offered.
package struct MomentChoice: Hashable, Sendable {
    package var position: Position
    /// Nanoseconds since 1970, UTC.
    package var time: Int64
    package var quality: String
    package var label: String
    package var diskBytes: UInt64
    package var dataBytes: UInt64
    /// "proved 2026-11-20, 74 s": how its newest drill ended; nil when none was made.
    package var drill: String?

    package init(
        position: Position, time: Int64, quality: String, label: String, diskBytes: UInt64, dataBytes: UInt64,
        drill: String? = nil
    ) {
        self.position = position
        self.time = time
        self.quality = quality
        self.label = label
        self.diskBytes = diskBytes
        self.dataBytes = dataBytes
        self.drill = drill
    }

    package init(_ moment: Moment, drill: DrillVerdict? = nil) {
        self.init(
            position: moment.position, time: moment.time, quality: moment.quality.text, label: moment.label,
            diskBytes: moment.diskBytes, dataBytes: moment.dataBytes, drill: drill?.text)
    }

    /// What is worth knowing of it: the verdict of its drill, its label.
    var note: String { [drill ?? "", label].filter { !$0.isEmpty }.joined(separator: "; ") }

    /// ISO 8601, UTC.
    package var text: String { Timestamp.text(ofNanoseconds: time) }
}

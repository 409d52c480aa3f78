internal import Repository
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

    package init(
        position: Position, time: Int64, quality: String, label: String, diskBytes: UInt64, dataBytes: UInt64
    ) {
        self.position = position
        self.time = time
        self.quality = quality
        self.label = label
        self.diskBytes = diskBytes
        self.dataBytes = dataBytes
    }

    package init(_ moment: Moment) {
        self.init(
            position: moment.position, time: moment.time, quality: moment.quality.text, label: moment.label,
            diskBytes: moment.diskBytes, dataBytes: moment.dataBytes)
    }

    /// ISO 8601, UTC.
    var text: String { Timestamp.text(ofNanoseconds: time) }
}

import Repository
import RepositoryFormat

/// A moment that was found and whose map was read.
struct OpenedMoment: Sendable {
    let location: String
    let host: String
    let moment: Moment
    /// Those that are wanted, by number; at least one.
    let disks: [DiskRecord]

    var timeText: String { Timestamp.text(ofNanoseconds: moment.time) }

    /// What another program is given as its time, so that it opens this moment and no other.
    var exactTime: String { "@\(moment.position.epoch).\(moment.position.sequence)" }
}

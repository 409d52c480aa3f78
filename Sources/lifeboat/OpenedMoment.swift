import Repository
import RepositoryFormat

/// A moment that was found and whose map was read.
struct OpenedMoment: Sendable {
    let location: String
    let view: View
    /// Those that are wanted, by number; at least one.
    let disks: [DiskRecord]

    var host: String { view.host.name }
    var moment: Moment { view.moment }

    var timeText: String { Timestamp.text(ofNanoseconds: moment.time) }

    /// What another program is given as its time, so that it opens this moment and no other.
    var exactTime: String { "@\(moment.position.epoch).\(moment.position.sequence)" }
}

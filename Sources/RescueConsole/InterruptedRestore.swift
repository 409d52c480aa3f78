package import Inventory
internal import Repository
package import RepositoryFormat

/// A restore that ended before it was through, as the disks of this machine tell it: by a power cut, most likely. What stands on
/// a disk proposes only; plan and confirmation are the same as ever.
package struct InterruptedRestore: Hashable, Sendable {
    /// The note of the disk that is the least far.
    package let note: RestoreNote
    /// "/dev/sda (Samsung PM9A3, S5XYZ)" for each disk with such a note.
    package let disks: [String]

    /// The one that began last, if there are several; nil without any.
    package init?(among present: [PresentDisk]) {
        let noted = present.compactMap { disk in
            // A disk that cannot be a target cannot be continued either.
            disk.obstacles.isEmpty ? disk.interrupted.map { (note: $0, name: disk.target.description) } : nil
        }
        guard let newest = noted.max(by: { $0.note.begun < $1.note.begun })?.note else { return nil }
        let same = noted.filter { $0.note.isOfSameRestore(as: newest) }
        note = same.map { $0.note }.min { $0.percent < $1.percent } ?? newest
        disks = same.map { $0.name }
    }

    /// What the main menu says of it.
    var lines: [String] {
        [
            "c  Continue the interrupted restore (Enter takes it)",
            "   \(note.host) as of \(Timestamp.text(ofNanoseconds: note.time)), begun "
                + "\(Timestamp.text(ofNanoseconds: note.begun)), \(note.percent) %",
            "   from \(note.repository)",
        ] + disks.map { "   on \($0)" }
    }
}

internal import Inventory
internal import RepositoryFormat

/// Where the disks of an interrupted restore go on: to the disks that say so, and to those that are complete already, which these
/// name by serial or WWN.
struct ContinuedMapping {
    /// Targets by the number of the disk in the timeline: several, in their order, where it is divided.
    private(set) var targets: [Int: [PresentDisk]] = [:]
    private(set) var wishes = DiskScreen.Wishes()

    private struct Place: Hashable {
        var source: UInt32
        var part: Int
    }

    init(of selection: RestoreSelection, among present: [PresentDisk]) {
        let noted = present.compactMap { disk in
            disk.obstacles.isEmpty ? disk.interrupted.map { (disk: disk, note: $0) } : nil
        }.filter {
            $0.note.host == selection.host && $0.note.position == selection.moment.position
                && $0.note.time == selection.moment.time
        }
        var found: [Place: PresentDisk] = [:]
        for (disk, note) in noted {
            let places =
                note.part.map { [Place(source: note.source, part: $0)] }
                ?? note.combined.map { Place(source: $0, part: 0) }
            // Two disks that claim the same are for the operator to tell apart.
            for place in places where found.updateValue(disk, forKey: place) != nil { return }
        }
        let unnoted = present.filter { disk in
            disk.obstacles.isEmpty && !noted.contains { $0.disk.path == disk.path }
        }
        for (place, target) in noted.flatMap({ Self.places($0.note) }) where found[place] == nil {
            let fitting = unnoted.filter { disk in
                target.map { [disk.identity.serial, disk.identity.wwn].contains($0) } == true
            }
            if fitting.count == 1 { found[place] = fitting[0] }
        }
        take(found, counts: noted.map { ($0.note.source, $0.note.parts.count) })
        wishes.fits = noted.contains { $0.note.fits }
    }

    /// Every target that a note names.
    private static func places(_ note: RestoreNote) -> [(Place, String?)] {
        var counts: [UInt32: Int] = [:]
        return note.disks.map { disk in
            let part = counts[disk.source, default: 0]
            counts[disk.source] = part + 1
            return (Place(source: disk.source, part: part), disk.target)
        }
    }

    /// A divided disk of which a part is missing is for the operator.
    private mutating func take(_ found: [Place: PresentDisk], counts: [(source: UInt32, count: Int)]) {
        for (source, places) in Dictionary(grouping: found.keys, by: \.source) {
            let wanted = counts.first { $0.source == source }?.count ?? 1
            guard places.count == wanted else { continue }
            targets[Int(source)] = places.sorted { $0.part < $1.part }.compactMap { found[$0] }
        }
        wishes.splits = targets.values.contains { $0.count > 1 }
        wishes.combines = Set(targets.values.joined().map(\.path)).count < targets.values.joined().count
    }
}

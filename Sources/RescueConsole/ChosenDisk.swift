package import Inventory

/// Finds a disk again that was chosen earlier: by what it is, never by its name in /dev alone.
package enum ChosenDisk {
    package enum Finding: Hashable, Sendable {
        /// As it is now, perhaps under another name.
        case same(PresentDisk)
        /// Why it cannot be taken; complete sentence.
        case lost(String)
    }

    /// A disk with serial or WWN is the one that has the same of both and the same size. Without them it must still have the
    /// same name, model and size. Two that fit are none.
    package static func find(_ chosen: PresentDisk, among present: [PresentDisk]) -> Finding {
        let name = chosen.target.description
        let isNamed = chosen.identity.serial != nil || chosen.identity.wwn != nil
        let same = present.filter { disk in
            disk.geometry == chosen.geometry && disk.identity.serial == chosen.identity.serial
                && disk.identity.wwn == chosen.identity.wwn && disk.identity.model == chosen.identity.model
                && (isNamed || disk.path == chosen.path)
        }
        switch same.count {
        case 1: return .same(same[0])
        case 0:
            let what = present.contains { $0.path == chosen.path } ? "is another disk now" : "is not there any more"
            return .lost("\(name) \(what). Nothing was written. Look at the disks again.")
        default:
            return .lost(
                "\(name) cannot be told from \(same.filter { $0.path != chosen.path }.map(\.path).joined(separator: ", ")), "
                    + "which shows the same serial and size. Nothing was written. Unplug one of them.")
        }
    }
}

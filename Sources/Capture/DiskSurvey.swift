internal import BlockDevices
internal import FileSystems
internal import Inventory

/// What is looked at before the disks are read: the machine, its volumes, and their free space.
struct DiskSurvey {
    /// By number of the disk.
    let free: [FreeSpace]
    let machineJSON: [UInt8]
    /// What was decided about each volume, in words.
    let notes: [String]

    /// Reads what it needs of the disks; they are not in use, so what it finds stays true.
    init(of sources: [any BlockSource], hostName: String) throws(CaptureError) {
        var disks: [DiskDescription] = []
        for (number, source) in sources.enumerated() {
            do {
                disks.append(try DiskDescription.describe(source: source, number: number))
            } catch {
                throw CaptureError(
                    .unreadable, "\(source.name) cannot be looked at: \(error.message) Nothing was stored.",
                    cause: error.cause)
            }
        }
        machineJSON =
            MachineDescription.describe(hostName: hostName, disks: disks, subject: Self.subject(of: sources)).encoded()
        free = freeSpace(of: sources, volumes: volumes(on: sources))
        notes = free.enumerated().flatMap { number, space in
            space.notes.map { sources.count > 1 ? "disk \(number), \($0)" : "\($0)" }
        }
    }

    /// A disk of this machine makes it this machine; images and loop devices tell only of themselves.
    private static func subject(of sources: [any BlockSource]) -> MachineDescription.Subject {
        let isOwnDisk = sources.contains { source in BlockNode(path: source.name).map { !$0.isLoop } ?? false }
        return isOwnDisk ? .thisMachine : .disksOnly
    }
}

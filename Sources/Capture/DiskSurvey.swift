internal import BlockDevices
internal import FileSystems

/// What is looked at before the disks are read: the machine, its volumes, and their free space.
struct DiskSurvey {
    let free: [FreeSpace]
    let machineJSON: [UInt8]
    let notes: [String]

    init(of sources: [any BlockSource]) throws(CaptureError) {
        free = sources.map { _ in FreeSpace() }
        machineJSON = Array("{}".utf8)
        notes = []
    }
}

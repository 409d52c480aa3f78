internal import BlockDevices
internal import Inventory

extension Adaptation {
    /// Warnings of other disks of this machine that have what the restored ones have. Call while nothing of them is open.
    static func twinWarnings(_ request: Request) -> [String] {
        guard request.isThisMachine, request.looksForTwins else { return [] }
        let disks = request.machine.disks.filter { BlockNode(path: $0.path) != nil }
        let marks = disks.flatMap { disk -> [DiskMark] in
            // What cannot be read, the adaptation reports.
            let contents = try? Probe(disk.path, logicalSectorSize: disk.logicalSectorSize).contents()
            let geometry = DiskGeometry(sizeInBytes: disk.sizeInBytes, logicalSectorSize: disk.logicalSectorSize)
            return contents.map { TwinSearch.marks(of: $0, on: GlancedSource(disk.path, geometry: geometry)) } ?? []
        }
        guard !marks.isEmpty else { return [] }
        let bystanders = TwinSearch.bystanders(
            of: disks.map(\.path), among: DiskInventory.present(includingLoopDevices: true))
        return TwinSearch.twins(of: marks, among: bystanders).map(\.warning)
    }
}

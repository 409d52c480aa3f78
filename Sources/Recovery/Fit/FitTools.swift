internal import BlockDevices
internal import LinuxSystem
internal import RepositoryFormat

/// What makes partitions and logical volumes smaller, and where it works.
struct FitTools {
    let source: ViewDisk
    let scratch: FitScratch
    /// What is being done, for whoever waits.
    let tell: (String) -> Void
    let isInterrupted: () -> Bool

    /// - Parameter name: "partition 2 (ext4)".
    func overlay(_ places: DiskPlaces, name: String) throws(RecoveryError) -> PartitionOverlay {
        do throws(SystemCallError) {
            return PartitionOverlay(PlacedSource(source, places, name: name), scratch: try scratch.file("fit"))
        } catch {
            throw RecoveryError(
                .failed,
                "nothing can be written to \(scratch.directory) (\(error)). Name another directory with --scratch.")
        }
    }

    /// nil for what keeps its size.
    func shrinker(
        of content: FitContent, _ places: DiskPlaces, name: String
    ) throws(RecoveryError) -> (any PartitionShrinker)? {
        switch content {
        case .swap(let superblock):
            let sector = Int(source.record.logicalSectorSize)
            let geometry = DiskGeometry(sizeInBytes: places.sizeInBytes, logicalSectorSize: sector)
            return SwapShrinker(superblock, name: name, geometry: geometry)
        case .ext: return ExtShrinker(try MountedOverlay(overlay(places, name: name)))
        case .xfs: return XFSCopier(try MountedOverlay(overlay(places, name: name)), self)
        case .physicalVolume: return PhysicalVolumeShrinker(try MountedOverlay(overlay(places, name: name)), self)
        case .empty, .hiddenSectors, .fixed, .unmovable: return nil
        }
    }
}

/// What lies on restored disks and can become larger.
package enum GrowthPlace: Hashable, Sendable, CustomStringConvertible {
    /// A whole disk without a partition table; its index into `TargetMachine.disks`.
    case disk(Int)
    case partition(disk: Int, number: Int)
    /// "vg0/root".
    case logicalVolume(String)

    package var description: String {
        switch self {
        case .disk(let number): "disk \(number)"
        case .partition(let disk, let number): "partition \(number) of disk \(disk)"
        case .logicalVolume(let name): "logical volume \(name)"
        }
    }
}

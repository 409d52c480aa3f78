internal import BlockDevices
internal import Buffers
internal import RepositoryFormat

/// A partition or a logical volume of a moment, to be looked at like a disk.
final class PlacedSource: BlockSource {
    let name: String
    let geometry: DiskGeometry
    let places: DiskPlaces
    private let disk: ViewDisk

    /// - Parameter name: for messages.
    init(_ disk: ViewDisk, _ places: DiskPlaces, name: String) {
        self.disk = disk
        self.places = places
        self.name = name
        geometry = DiskGeometry(
            sizeInBytes: places.sizeInBytes, logicalSectorSize: Int(disk.record.logicalSectorSize))
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        guard offset <= geometry.sizeInBytes, UInt64(slice.count) <= geometry.sizeInBytes - offset else {
            throw BlockDeviceError(.outOfBounds, "Cannot read \(slice.count) bytes at \(offset) of \(name).")
        }
        try places.eachPiece(of: offset..<offset + UInt64(slice.count)) { piece, start throws(BlockDeviceError) in
            let from = Int(piece.lowerBound - offset)
            try disk.read(into: slice[from..<from + Int(piece.upperBound - piece.lowerBound)], at: start)
        }
    }

    func nextData(in range: Range<UInt64>) -> Range<UInt64>? { range.isEmpty ? nil : range }

    /// Sectors of 512 bytes with data from an offset on.
    func dataSectors(behind offset: UInt64 = 0) throws -> UInt64 {
        var count: UInt64 = 0
        try places.eachPiece(of: offset..<geometry.sizeInBytes) { piece, start throws(any Error) in
            count += try disk.dataSectors(in: start..<start + (piece.upperBound - piece.lowerBound))
        }
        return count
    }
}

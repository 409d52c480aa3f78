internal import BlockDevices
internal import Buffers
internal import Repository
internal import RepositoryFormat

/// A disk of a moment, read where it lies in the repository.
final class MomentSource: BlockSource {
    let name: String
    let geometry: DiskGeometry
    private let reader: ViewReader
    private let record: DiskRecord

    init(_ record: DiskRecord, _ reader: ViewReader) {
        self.record = record
        self.reader = reader
        name = "disk \(record.number)"
        geometry = DiskGeometry(
            sizeInBytes: record.sizeInBytes, logicalSectorSize: Int(record.logicalSectorSize),
            physicalSectorSize: Int(record.physicalSectorSize))
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        guard offset <= record.sizeInBytes, UInt64(slice.count) <= record.sizeInBytes - offset else {
            throw BlockDeviceError(.outOfBounds, "Bytes \(offset) of \(name) lie beyond its end.")
        }
        do throws(RepositoryError) { try reader.read(record, at: offset, into: slice) } catch {
            throw BlockDeviceError(.inputOutput, error.message)
        }
    }

    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? { range }
}

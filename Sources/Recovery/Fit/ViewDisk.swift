internal import BlockDevices
internal import Buffers
internal import Repository
internal import RepositoryFormat

/// A disk of a moment, to be looked at like any other.
final class ViewDisk: BlockSource {
    let reader: ViewReader
    let record: DiskRecord
    let name: String
    let geometry: DiskGeometry

    /// - Parameter name: for messages; "disk 0" by default.
    init(_ reader: ViewReader, _ record: DiskRecord, name: String? = nil) {
        self.reader = reader
        self.record = record
        self.name = name ?? "disk \(record.number)"
        geometry = DiskGeometry(
            sizeInBytes: record.sizeInBytes, logicalSectorSize: Int(record.logicalSectorSize),
            physicalSectorSize: Int(record.physicalSectorSize))
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        guard offset <= record.sizeInBytes, UInt64(slice.count) <= record.sizeInBytes - offset else {
            throw BlockDeviceError(.outOfBounds, "Cannot read \(slice.count) bytes at \(offset) of \(name).")
        }
        do throws(RepositoryError) {
            try reader.read(record, at: offset, into: slice)
        } catch { throw BlockDeviceError(.inputOutput, error.message, cause: error) }
    }

    func nextData(in range: Range<UInt64>) -> Range<UInt64>? { range.isEmpty ? nil : range }

    /// Sectors of 512 bytes with data in a range of bytes.
    func dataSectors(in range: Range<UInt64>) throws -> UInt64 {
        var count: UInt64 = 0
        guard !range.isEmpty else { return 0 }
        try reader.view.extents(of: record, in: range.lowerBound / 512..<range.upperBound / 512) { extent in
            if extent.kind == .data { count += extent.length }
        }
        return count
    }
}

extension RecoveryError {
    /// What ends the look at a disk of the moment: what the repository said, or, where the disk holds what cannot be handled, what `refuse`
    /// makes of the reason; anything else as it is.
    func ofLooking(_ refuse: (String) -> RecoveryError) -> RecoveryError {
        if let cause = (cause as? BlockDeviceError)?.cause { return RecoveryError(cause, state: .untouched) }
        return code == .failed && cause == nil ? refuse(message) : self
    }
}

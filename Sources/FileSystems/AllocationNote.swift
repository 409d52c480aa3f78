/// What was decided about one volume, for the capture's log and report.
package struct AllocationNote: Hashable, Sendable, CustomStringConvertible {
    /// "partition 3", "logical volume vg0/root".
    package var volume: String
    /// libblkid's type name, or what else it is.
    package var type: String
    package var sizeInBytes: UInt64
    /// Bytes of free space that a capture may leave out.
    package var freeBytes: UInt64
    /// Why the volume is captured whole, when it is.
    package var reason: String?

    package init(
        volume: String, type: String, sizeInBytes: UInt64, freeBytes: UInt64 = 0, reason: String? = nil
    ) {
        self.volume = volume
        self.type = type
        self.sizeInBytes = sizeInBytes
        self.freeBytes = freeBytes
        self.reason = reason
    }

    package var description: String {
        guard let reason else { return "\(volume) (\(type)): \(freeBytes) of \(sizeInBytes) bytes are free" }
        return "\(volume) (\(type)): captured whole, \(sizeInBytes) bytes: \(reason)"
    }
}

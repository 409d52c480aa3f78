internal import BlockDevices
internal import Buffers
internal import LinuxSystem

/// A disk that is only looked at, whoever uses it: reads may see what is being written.
final class GlancedSource: BlockSource {
    let name: String
    let geometry: DiskGeometry

    init(_ path: String, geometry: DiskGeometry) {
        name = path
        self.geometry = geometry
    }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        do throws(SystemCallError) {
            try FileDescriptor(name).readFully(into: slice, at: offset)
        } catch { throw BlockDeviceError("Cannot look at \(name)", error) }
    }

    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? { range }
}

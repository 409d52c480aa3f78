internal import BlockDevices
internal import Buffers

/// Reads a volume's bytes for parsers, with one window of read-ahead. One thread at a time.
final class VolumeReader {
    let source: MappedSource
    /// 64 KiB holds the bitmaps of one flexible group of ext4 (16 groups of 4 KiB), which lie side by side.
    private let window = AlignedBuffer(capacity: 64 * 1024)
    private var windowRange: Range<UInt64> = 0..<0

    init(_ volume: Volume, disks: [any BlockSource]) { source = MappedSource(volume, disks: disks) }

    var sizeInBytes: UInt64 { source.geometry.sizeInBytes }

    /// Fills `target` from `offset`. Throws `damaged` when the range leaves the volume.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileSystemError) {
        guard offset <= sizeInBytes, UInt64(target.count) <= sizeInBytes - offset else {
            throw FileSystemError(
                .damaged, "it refers to \(target.count) bytes at \(offset), beyond its end at \(sizeInBytes)")
        }
        var done = 0
        while done < target.count {
            let position = offset + UInt64(done)
            if !windowRange.contains(position) { try load(at: position) }
            let start = Int(position - windowRange.lowerBound)
            let count = min(target.count - done, windowRange.count - start)
            window[start..<start + count].withBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: target[done..<done + count]).copyMemory(from: bytes)
            }
            done += count
        }
    }

    /// `count` bytes from `offset`; the caller has checked `count` against a limit.
    func bytes(_ count: Int, at offset: UInt64) throws(FileSystemError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        let failure: FileSystemError? = result.withUnsafeMutableBytes { target in
            do throws(FileSystemError) { try read(into: target, at: offset) } catch { return error }
            return nil
        }
        if let failure { throw failure }
        return result
    }

    private func load(at position: UInt64) throws(FileSystemError) {
        let start = position / FreeSpace.grid * FreeSpace.grid
        let count = Int(min(UInt64(window.capacity), sizeInBytes - start))
        windowRange = 0..<0
        do throws(BlockDeviceError) { try source.read(into: window[0..<count], at: start) } catch {
            throw FileSystemError(.inputOutput, "it could not be read", cause: error)
        }
        windowRange = start..<start + UInt64(count)
    }
}

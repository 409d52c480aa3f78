internal import Buffers
internal import LinuxSystem

extension Probe {
    /// What is on a disk that is open already, whatever its medium: raw disks by their path, everything else through
    /// `sparseSnapshot`.
    package static func contents(of source: any BlockSource) throws(BlockDeviceError) -> DiskContents {
        if let disk = source as? RawDisk {
            return try Probe(disk.name, logicalSectorSize: disk.geometry.logicalSectorSize).contents()
        }
        return try sparseSnapshot(of: source).contents()
    }

    /// A probe of a copy of the places where signatures lie. libblkid reads descriptors only, and an image behind NBD
    /// has none: so the first and last MiB of the disk and the borders of every partition are copied into a sparse
    /// file in memory of the same size.
    package static func sparseSnapshot(of source: any BlockSource) throws(BlockDeviceError) -> Probe {
        let copy = try doing("Cannot make a copy of the tables of \(source.name)") { () throws(SystemCallError) in
            let file = try FileDescriptor.inMemory(name: "lifeboat-probe")
            try file.truncate(to: source.geometry.sizeInBytes)
            return file
        }
        var snapshot = Snapshot(source: source)
        try snapshot.copy(0..<Snapshot.mebibyte, to: copy)
        try snapshot.copyEnd(to: copy)
        let sectorSize = source.geometry.logicalSectorSize
        // Logical partitions of an MBR are a chain: each round makes the next link visible. 64 is more than any
        // system numbers.
        for _ in 0..<64 {
            let path = copy.path
            let (_, partitions) = try Probe(path, logicalSectorSize: sectorSize).layout()
            let fresh = partitions.filter { !snapshot.seen.contains($0.range) }
            if fresh.isEmpty { break }
            for partition in fresh { try snapshot.copyBorders(of: partition.range, to: copy) }
        }
        return try Probe(copy, logicalSectorSize: sectorSize)
    }
}

/// What was copied of a source so far.
private struct Snapshot {
    static let mebibyte: UInt64 = 1 << 20

    let source: any BlockSource
    var seen: Set<Range<UInt64>> = []
    private let buffer = AlignedBuffer(capacity: Int(Snapshot.mebibyte))

    init(source: any BlockSource) { self.source = source }

    /// The first 4 MiB hold every superblock that libblkid knows at the start; md 0.90 and 1.0 and others are at the
    /// end; the record of the next logical partition follows the end.
    mutating func copyBorders(of range: Range<UInt64>, to copy: borrowing FileDescriptor) throws(BlockDeviceError) {
        seen.insert(range)
        try self.copy(range.lowerBound..<range.lowerBound &+ 4 * Self.mebibyte, to: copy)
        let end = range.upperBound
        try self.copy((end > Self.mebibyte ? end - Self.mebibyte : 0)..<end &+ 4 * Self.mebibyte, to: copy)
    }

    func copyEnd(to copy: borrowing FileDescriptor) throws(BlockDeviceError) {
        let size = source.geometry.sizeInBytes
        try self.copy((size > Self.mebibyte ? size - Self.mebibyte : 0)..<size, to: copy)
    }

    /// What lies beyond the disk is left out.
    func copy(_ range: Range<UInt64>, to copy: borrowing FileDescriptor) throws(BlockDeviceError) {
        let size = source.geometry.sizeInBytes
        var start = min(range.lowerBound, size)
        let end = min(range.upperBound, size)
        while start < end {
            let piece = buffer[0..<Int(min(Self.mebibyte, end - start))]
            try source.read(into: piece, at: start)
            do {
                try copy.write(piece, at: start)
            } catch {
                throw BlockDeviceError("Cannot copy the tables of \(source.name)", error)
            }
            start += UInt64(piece.count)
        }
    }
}

internal import LinuxSystem

/// Free space of NTFS: its file `$Bitmap` (MFT record 6), read by ntfs-3g's tools. Needs root and a source that is
/// a file or device.
///
/// Not by partclone: it maps a volume with a hibernated Windows or an open journal without a word.
enum NTFSAllocation {
    /// $Bitmap of 16 TiB in clusters of 4 KiB.
    private static let largestBitmap = 512 << 20

    /// Throws `notClean` when Windows hibernates in it (fast start-up included), the journal was not written back
    /// or the volume is marked for a check.
    static func free(in reader: VolumeReader) throws(FileSystemError) -> [Range<UInt64>] {
        let boot = try reader.bytes(512, at: 0)
        let (clusterSize, clusters) = try layout(boot, volumeSize: reader.sizeInBytes)
        let device = try reader.toolDevice()
        defer { extendLifetime(device) }
        try checkClean(device.path)
        let bitmap = try ToolRun.output(
            ["ntfscat", "--inode", "6", device.path], package: "ntfs-3g", limit: largestBitmap
        ).output
        guard UInt64(bitmap.count) >= (clusters + 7) / 8 else {
            throw FileSystemError(.damaged, "its $Bitmap is shorter than its clusters")
        }
        return ranges(bitmap, clusters: clusters).map { $0.lowerBound * clusterSize..<$0.upperBound * clusterSize }
    }

    /// Cluster size in bytes and number of clusters, from the boot sector.
    static func layout(_ boot: [UInt8], volumeSize: UInt64) throws(FileSystemError) -> (UInt64, UInt64) {
        let sector = UInt64(boot.uint16(at: 11))
        let exponent = Int8(bitPattern: boot[13])
        // Clusters above 64 KiB are written as a negative power of two.
        let perCluster = exponent >= 0 ? UInt64(exponent) : exponent > -32 ? 1 << UInt64(-Int(exponent)) : 0
        let sectors = boot.uint64(at: 40)
        guard boot.holds("NTFS    ", at: 3), [512, 1024, 2048, 4096].contains(sector),
            perCluster.nonzeroBitCount == 1, sectors > 0, sectors <= volumeSize / sector
        else { throw FileSystemError(.damaged, "its boot sector gives sizes that do not fit the volume") }
        return (sector * perCluster, sectors / perCluster)
    }

    private static func checkClean(_ path: String) throws(FileSystemError) {
        switch try NTFSState.of(path) {
        case .clean: break
        case .hibernated:
            throw FileSystemError(.notClean, "Windows is hibernated in it (perhaps by fast start-up)")
        case .unclean(let why): throw FileSystemError(.notClean, why)
        }
    }

    /// Runs of zero bits, lowest bit first.
    static func ranges(_ bitmap: [UInt8], clusters: UInt64) -> [Range<UInt64>] {
        var ranges: [Range<UInt64>] = []
        var start: UInt64?
        for cluster in 0..<clusters {
            let isUsed = bitmap[Int(cluster >> 3)] >> UInt8(cluster & 7) & 1 != 0
            if isUsed, let from = start {
                ranges.append(from..<cluster)
                start = nil
            } else if !isUsed, start == nil {
                start = cluster
            }
        }
        if let from = start { ranges.append(from..<clusters) }
        return ranges
    }
}

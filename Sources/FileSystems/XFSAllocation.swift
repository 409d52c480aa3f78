internal import LinuxSystem

/// Free space of XFS, as `xfs_db` lists it. Needs root and a source that is a file or device.
///
/// Not by partclone: it maps a file system whose log needs recovery without a word.
enum XFSAllocation {
    /// Throws `notClean` when the log was not written back (`xfs_logprint -t`), `tool` when a tool is missing or
    /// complains, `unsupported` for a log or real-time device elsewhere.
    static func free(in reader: VolumeReader) throws(FileSystemError) -> [Range<UInt64>] {
        let superblock = try XFSSuperblock(try reader.bytes(512, at: 0), volumeSize: reader.sizeInBytes)
        let device = try reader.toolDevice()
        defer { extendLifetime(device) }
        let log = try ToolRun.output(["xfs_logprint", "-t", device.path], package: "xfsprogs")
        guard String(decoding: log.output, as: UTF8.self).contains("state: <CLEAN>") else {
            throw FileSystemError(.notClean, "its log needs recovery (it was in use)")
        }
        let list = try ToolRun.output(
            ["xfs_db", "-r", "-c", "freesp -d", device.path], package: "xfsprogs", limit: 256 << 20)
        return try ranges(list.output, superblock)
    }

    /// The lines "agno agbno len" between the first heading and the histogram that follows.
    static func ranges(_ output: [UInt8], _ superblock: XFSSuperblock) throws(FileSystemError) -> [Range<UInt64>] {
        var ranges: [Range<UInt64>] = []
        var isListing = false
        for line in output.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            if words == ["agno", "agbno", "len"] {
                isListing = true
            } else if words.first == "from" {
                guard isListing else { break }
                return ranges.sorted { $0.lowerBound < $1.lowerBound }
            } else {
                let numbers = words.compactMap { UInt64($0) }
                guard isListing, words.count == 3, numbers.count == 3,
                    let range = superblock.range(group: numbers[0], block: numbers[1], count: numbers[2])
                else { break }
                ranges.append(range)
            }
        }
        throw FileSystemError(.tool, "xfs_db wrote something unexpected")
    }
}

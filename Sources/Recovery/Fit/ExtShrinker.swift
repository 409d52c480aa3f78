/// An ext2, ext3 or ext4, by e2fsck and resize2fs.
final class ExtShrinker: PartitionShrinker {
    /// What it keeps beyond what resize2fs says that it needs: a twentieth, at least 64 MiB.
    private static let margin: UInt64 = 64 << 20

    private let file: MountedOverlay
    private var least: UInt64?

    init(_ file: MountedOverlay) { self.file = file }

    /// Brings the journal to rest and mends what asks nothing, as at every start.
    func check() throws(RecoveryError) { _ = try file.run(["e2fsck", "-f", "-p", file.path], allowed: [0, 1]) }

    func minimum(_ effort: FitEffort) throws(RecoveryError) -> UInt64 {
        if let least { return least }
        let said = try file.run(["resize2fs", "-P", file.path])
        guard let block = try blockSize(), let word = said.split(whereSeparator: \.isWhitespace).last,
            let count = UInt64(word), count < UInt64.max / 2 / block
        else { throw file.refusal("resize2fs -P said \"\(said.suffix(200))\"") }
        let minimum = count * block + max(Self.margin, count * block / 20)
        least = minimum
        return minimum
    }

    /// Data behind the new end moves into the overlay; its own tables come on top.
    func scratch(forSize size: UInt64) throws(RecoveryError) -> UInt64 {
        let moving: UInt64
        do { moving = try file.overlay.moment.dataSectors(behind: size) * 512 } catch {
            throw RecoveryError(error, state: .untouched)
        }
        return moving + moving / 16 + (32 << 20)
    }

    func rest() { file.rest() }

    func shrink(to size: UInt64) throws(RecoveryError) -> any ChangedPartition {
        try file.wake()
        guard let block = try blockSize(), let before = try sizeInBytes() else {
            throw file.refusal("its superblock cannot be read")
        }
        // One that does not fill its partition is not made larger. In its own blocks: a plain number, whatever they are.
        if before > size { _ = try file.run(["resize2fs", "-f", file.path, "\(size / block)"]) }
        _ = try file.run(["e2fsck", "-f", "-n", file.path])
        let now = try sizeInBytes()
        guard let now, now <= size else { throw file.refusal("it has \(now ?? 0) bytes afterwards, not \(size)") }
        return file.overlay
    }

    private func sizeInBytes() throws(RecoveryError) -> UInt64? {
        try GrowingFileSystem.ext4.size(DiskReader(file.overlay), at: 0)
    }

    private func blockSize() throws(RecoveryError) -> UInt64? {
        GrowingFileSystem.extBlockSize(try DiskReader(file.overlay).bytes(at: 1_024, count: 1_024))
    }
}

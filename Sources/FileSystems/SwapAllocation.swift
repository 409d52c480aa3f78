/// Free space of a swap partition: all but its first 64 KiB, where header, label and UUID lie.
enum SwapAllocation {
    /// What `mkswap` and boot loaders keep clear at the start.
    private static let kept: UInt64 = 64 * 1024
    private static let pageSize = 4096

    /// Throws `notClean` when a hibernated system waits in it (its signature then differs), `unsupported` for
    /// other page sizes and versions. Layout: `union swap_header` of the kernel, version 1.
    static func free(in reader: VolumeReader) throws(FileSystemError) -> [Range<UInt64>] {
        let page = try reader.bytes(pageSize, at: 0)
        guard page.holds("SWAPSPACE2", at: pageSize - 10) else {
            throw FileSystemError(.notClean, "its signature is not that of plain swap with pages of 4096 bytes")
        }
        guard page.uint32(at: 1024) == 1 else {
            throw FileSystemError(.unsupported, "its header has version \(page.uint32(at: 1024))")
        }
        // Bytes behind the last page are no swap, and may belong to somebody else.
        let end = (UInt64(page.uint32(at: 1028)) + 1) * UInt64(pageSize)
        guard end <= reader.sizeInBytes else {
            throw FileSystemError(.damaged, "its header counts more pages than the volume holds")
        }
        return end > kept ? [kept..<end] : []
    }
}

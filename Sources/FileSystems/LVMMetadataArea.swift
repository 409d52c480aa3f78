/// A metadata area of a physical volume: a header of 512 bytes and a circular buffer of text
/// (lvm2, `lib/format_text/layout.h`, `mda_header`).
enum LVMMetadataArea {
    /// lvm2 writes 1 MiB by default; the text of thousands of volumes fits in a few.
    private static let largest: UInt64 = 256 << 20
    private static let headerSize: UInt64 = 512

    /// The committed text, or nil where the area is marked as ignored or was never written.
    ///
    /// Throws `damaged` for a wrong checksum or length, `notClean` when a change was prepared and not finished.
    static func text(of area: LVMLabel.Area, in reader: VolumeReader) throws(FileSystemError) -> [UInt8]? {
        guard area.size >= 2 * headerSize, area.size <= largest, area.offset <= reader.sizeInBytes,
            area.size <= reader.sizeInBytes - area.offset
        else { throw FileSystemError(.damaged, "an LVM metadata area lies outside its volume") }
        let header = try reader.bytes(Int(headerSize), at: area.offset)
        guard LVMLabel.checksum(header[4...]) == header.uint32(at: 0), header.holds(" LVM2 x[5A%r0N*>", at: 4),
            header.uint32(at: 20) == 1, header.uint64(at: 24) == area.offset, header.uint64(at: 32) == area.size
        else { throw FileSystemError(.damaged, "the header of an LVM metadata area is wrong") }
        guard header.uint64(at: 40) != 0 else { return nil }
        let ignored = header.uint32(at: 40 + 20) & 1 != 0
        if ignored { return nil }
        guard header.uint64(at: 64) == 0 else {
            throw FileSystemError(.notClean, "a change of the LVM volume group was not finished")
        }
        let offset = header.uint64(at: 40)
        let size = header.uint64(at: 48)
        guard offset >= headerSize, offset < area.size, size > 0, size <= area.size - headerSize else {
            throw FileSystemError(.damaged, "the text of an LVM metadata area lies outside it")
        }
        let first = min(size, area.size - offset)
        var text = try reader.bytes(Int(first), at: area.offset + offset)
        if first < size { text += try reader.bytes(Int(size - first), at: area.offset + headerSize) }
        guard LVMLabel.checksum(text) == header.uint32(at: 56) else {
            throw FileSystemError(.damaged, "the checksum of the LVM metadata is wrong")
        }
        return text
    }
}

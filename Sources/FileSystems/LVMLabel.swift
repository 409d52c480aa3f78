internal import Digests

/// The label of an LVM2 physical volume (lvm2, `lib/format_text/layout.h`, `pv_header`).
struct LVMLabel: Equatable {
    struct Area: Equatable {
        var offset: UInt64
        /// 0 for a data area that reaches to the end.
        var size: UInt64
    }

    /// The checksum of LVM2's headers and texts (`lib/misc/crc.h`, `INITIAL_CRC`).
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 { CRC32.remainder(bytes, from: 0xf597_a6cf) }

    /// As the metadata writes it: 32 characters in groups divided by “-”.
    var uuid: String
    var deviceSize: UInt64
    var dataAreas: [Area]
    var metadataAreas: [Area]

    /// Bytes in which a label may lie: the first four sectors.
    static let searched = 4 * 512
    /// lvm2 itself writes one or two.
    private static let mostAreas = 8

    /// The label in the first `searched` bytes of a volume, or nil where there is none.
    /// Throws `damaged` when there is one whose checksum or fields are wrong.
    static func find(in bytes: [UInt8]) throws(FileSystemError) -> LVMLabel? {
        for sector in 0..<4 where bytes.holds("LABELONE", at: sector * 512) {
            return try LVMLabel(Array(bytes[sector * 512..<sector * 512 + 512]), sector: UInt64(sector))
        }
        return nil
    }

    private init(_ bytes: [UInt8], sector: UInt64) throws(FileSystemError) {
        guard Self.checksum(bytes[20...]) == bytes.uint32(at: 16) else {
            throw FileSystemError(.damaged, "the LVM label's checksum is wrong")
        }
        guard bytes.uint64(at: 8) == sector, bytes.holds("LVM2 001", at: 24) else {
            throw FileSystemError(.unsupported, "the LVM label is not of the known kind")
        }
        let header = Int(bytes.uint32(at: 20))
        guard (32...512 - 40).contains(header) else { throw FileSystemError(.damaged, "the LVM label is wrong") }
        uuid = Self.dashed(bytes[header..<header + 32])
        deviceSize = bytes.uint64(at: header + 32)
        var position = header + 40
        dataAreas = try Self.areas(bytes, &position)
        metadataAreas = try Self.areas(bytes, &position)
    }

    /// A list of (offset, size) that ends with an offset of 0.
    private static func areas(_ bytes: [UInt8], _ position: inout Int) throws(FileSystemError) -> [Area] {
        var result: [Area] = []
        while position + 16 <= bytes.count, result.count <= mostAreas {
            let area = Area(offset: bytes.uint64(at: position), size: bytes.uint64(at: position + 8))
            position += 16
            if area.offset == 0 { return result }
            result.append(area)
        }
        throw FileSystemError(.damaged, "the LVM label lists its areas without end")
    }

    /// Groups of 6-4-4-4-4-4-6 characters.
    private static func dashed(_ characters: ArraySlice<UInt8>) -> String {
        let breaks: Set<Int> = [6, 10, 14, 18, 22, 26]
        var text = ""
        for (index, character) in characters.enumerated() {
            if breaks.contains(index) { text.append("-") }
            text.unicodeScalars.append(Unicode.Scalar(character))
        }
        return text
    }
}

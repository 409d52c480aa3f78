internal import Buffers

/// "Hidden sectors" in the boot sectors of FAT and NTFS: how many sectors lie before the partition. Boot code and firmware of
/// some machines believe it, so it moves with the partition.
struct HiddenSectors {
    /// Of the field of four bytes.
    private static let field = 28

    let source: ViewDisk
    let sectorSize: UInt64

    /// What is written to the boot sector and its copy at their new place. Empty where the field says something else than the
    /// partition's old start: then nobody believed it.
    func patches(_ part: FitPart, _ name: String) throws(RecoveryError) -> [DiskPatch] {
        let reader = DiskReader(source)
        let sector = try reader.bytes(at: part.range.lowerBound, count: 512)
        guard UInt64(sector.littleEndian(UInt32.self, at: Self.field)) == part.partition.blocks.lowerBound,
            let start = UInt32(exactly: part.place.lowerBound)
        else { return [] }
        var copies: [UInt64] = [0]
        if name == "ntfs" {
            copies.append(part.range.upperBound - part.range.lowerBound - sectorSize)
        } else if sector.littleEndian(UInt16.self, at: 22) == 0 {
            // FAT32 says where its copy is; 0 and 0xffff mean that there is none.
            let copy = UInt64(sector.littleEndian(UInt16.self, at: 50))
            if copy > 0, copy < 32 { copies.append(copy * sectorSize) }
        }
        var bytes = [UInt8](repeating: 0, count: 4)
        bytes.setLittleEndian(start, at: 0)
        var patches: [DiskPatch] = []
        for offset in copies {
            let copy = try reader.bytes(at: part.range.lowerBound + offset, count: 512)
            guard copy[Self.field..<Self.field + 4] == sector[Self.field..<Self.field + 4], copy[510] == 0x55 else {
                continue
            }
            patches.append(
                DiskPatch(
                    offset: part.place.lowerBound * sectorSize + offset + UInt64(Self.field), bytes: bytes,
                    reason: "\(part.name): where it begins"))
        }
        return patches
    }
}

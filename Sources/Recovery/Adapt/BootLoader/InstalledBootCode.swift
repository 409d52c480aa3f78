internal import Buffers

/// The boot code that a disk has for BIOS firmware.
package enum InstalledBootCode: Hashable, Sendable {
    /// Sector 0 holds no code.
    case none
    /// GRUB, with the blocks that its core.img takes.
    case grub(core: Range<UInt64>)
    /// GRUB, and what it starts is not there; why.
    case broken(String)
    /// Code of another loader (Windows, syslinux, LILO): it cannot be followed.
    case other

    static func find(_ disk: BootDisk) throws(RecoveryError) -> InstalledBootCode {
        let sector = try disk.reader.bytes(at: 0, count: 512)
        guard sector[..<BIOSBootCode.Field.end].contains(where: { $0 != 0 }) else { return .none }
        guard BIOSBootCode.isBootImage(sector) else { return .other }
        let start = sector.littleEndian(UInt64.self, at: BIOSBootCode.Field.coreStart)
        guard start > 0, start < disk.reader.sizeInBytes / 512 - 1 else {
            return .broken("boot.img names block \(start), which the disk does not have")
        }
        let first = try disk.reader.bytes(at: start * 512, count: 512)
        let field = BIOSBootCode.Field.rest
        let rest = first.littleEndian(UInt64.self, at: field)
        let count = UInt64(first.littleEndian(UInt16.self, at: field + 8))
        guard first[..<8].contains(where: { $0 != 0 }), first.littleEndian(UInt16.self, at: field + 10) == 0x820,
            rest == start + 1, count > 0, start + 1 + count <= disk.reader.sizeInBytes / 512
        else { return .broken("block \(start), which boot.img names, does not begin a core.img") }
        let next = try disk.reader.bytes(at: rest * 512, count: 512)
        guard next.contains(where: { $0 != 0 }) else { return .broken("core.img at block \(start) is empty") }
        return .grub(core: start..<start + 1 + count)
    }
}

internal import Buffers

/// GRUB's two pieces for BIOS firmware, fitted to a disk as grub-bios-setup does it: boot.img in the first sector names the
/// first sector of core.img, and that names the rest (GRUB: util/setup.c, include/grub/i386/pc/boot.h).
package struct BIOSBootCode: Hashable, Sendable {
    enum Field {
        /// In boot.img: where core.img begins, in blocks.
        static let coreStart = 0x5c
        /// In boot.img: a jump that floppies need; two NOPs take the drive number as the BIOS gives it.
        static let driveCheck = 0x66
        /// In boot.img: its name, for whoever looks.
        static let name = 0x180
        /// In boot.img: the code ends where the disk's signature and partitions begin.
        static let end = 440
        /// In core.img's first sector: start, length in blocks and segment of the rest.
        static let rest = 0x1f4
    }

    /// More is not believed; what everybody installs is below 1 MiB.
    static let coreLimit = 4 << 20

    package let boot: [UInt8]
    package let core: [UInt8]

    /// nil when they are not what GRUB's tools make.
    package init?(boot: [UInt8], core: [UInt8]) {
        guard boot.count == 512, Self.isBootImage(boot), core.count > 1_024, core.count <= Self.coreLimit,
            // diskboot.img is followed by a block list with one entry whose segment is set and whose length is not.
            core.littleEndian(UInt16.self, at: Field.rest + 10) == 0x820
        else { return nil }
        self.boot = boot
        self.core = core
    }

    package var coreBlocks: UInt64 { (UInt64(core.count) + 511) / 512 }

    static func isBootImage(_ sector: [UInt8]) -> Bool {
        sector.count >= 512 && Array(sector[Field.name..<Field.name + 5]) == Array("GRUB ".utf8)
    }

    /// What is written for a core.img at block `start`; `sector` is the disk's first sector as it is.
    package func patches(at start: UInt64, over sector: [UInt8]) -> [DiskPatch] {
        var first = Array(boot[..<Field.end])
        // The parameters of a floppy's file system are left as they were found, as grub-bios-setup does.
        first.replaceSubrange(0x3..<0x5a, with: sector[0x3..<0x5a])
        first.setLittleEndian(start, at: Field.coreStart)
        first.replaceSubrange(Field.driveCheck..<Field.driveCheck + 2, with: [0x90, 0x90])
        var whole = core + [UInt8](repeating: 0, count: Int(coreBlocks) * 512 - core.count)
        whole.setLittleEndian(start + 1, at: Field.rest)
        whole.setLittleEndian(UInt16(coreBlocks - 1), at: Field.rest + 8)
        return [
            DiskPatch(offset: start * 512, bytes: whole, reason: "core.img of GRUB at block \(start)"),
            DiskPatch(offset: 0, bytes: first, reason: "boot.img of GRUB, which starts what is at block \(start)"),
        ]
    }
}

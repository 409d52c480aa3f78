internal import Buffers

/// What GRUB's UEFI program has built in: where it looks for its files, and the commands it begins with.
package struct GRUBImage: Hashable, Sendable {
    /// "/EFI/debian", "(,gpt2)/boot/grub".
    package let prefix: String?
    /// "search.fs_uuid 0b3c… root", a line each.
    package let commands: String?

    /// nil when it is not a GRUB whose modules can be listed (grub/kernel.h: grub_module_info64, then header by header).
    package init?(_ file: [UInt8]) {
        guard let image = PEImage(file), image.loader == .grub, let modules = image.section("mods", of: file) else {
            return nil
        }
        let bytes = Array(modules)
        guard bytes.count >= 24, bytes.littleEndian(UInt32.self, at: 0) == 0x676d_696d else { return nil }
        let size = bytes.littleEndian(UInt64.self, at: 16)
        var offset = Int(clamping: bytes.littleEndian(UInt64.self, at: 8))
        let end = min(bytes.count, Int(clamping: size))
        var found: [UInt32: String] = [:]
        while offset >= 0, offset <= end - 8 {
            let length = Int(bytes.littleEndian(UInt32.self, at: offset + 4))
            guard length >= 8, length <= end - offset else { break }
            let kind = bytes.littleEndian(UInt32.self, at: offset)
            if kind == 2 || kind == 3 {
                let text = bytes[(offset + 8)..<(offset + length)].prefix { $0 != 0 }
                found[kind] = String(decoding: text, as: UTF8.self)
            }
            offset += length
        }
        commands = found[2]
        prefix = found[3]
    }
}

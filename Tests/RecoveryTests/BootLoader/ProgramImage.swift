/// UEFI programs in miniature: headers that say what they are, and nothing behind them.
struct ProgramImage {
    var sections: [(name: String, content: [UInt8])]
    var isSigned = true

    static let shim = ProgramImage(sections: [(".sbat", Array("sbat,1,x\nshim,4,UEFI shim,shim,1,x\n".utf8))])
    static let systemdBoot = ProgramImage(
        sections: [(".sdmagic", Array("#### LoaderInfo: systemd-boot 252 ####".utf8))], isSigned: false)
    static let other = ProgramImage(sections: [(".text", [1, 2, 3, 4])])

    /// GRUB with this prefix and these commands built in.
    static func grub(prefix: String, commands: String? = nil) -> ProgramImage {
        var modules: [UInt8] = []
        for (kind, text) in [(2, commands), (3, prefix)] {
            guard let text else { continue }
            let content = Array(text.utf8) + [0]
            modules += little(kind, 4) + little(content.count + 8, 4) + content
        }
        let header = little(0x676d_696d, 4) + little(0, 4) + little(24, 8) + little(24 + modules.count, 8)
        return ProgramImage(sections: [("mods", header + modules)])
    }

    var bytes: [UInt8] {
        var image = [UInt8](repeating: 0, count: 0x40)
        image.replaceSubrange(0..<2, with: Array("MZ".utf8))
        image.replaceSubrange(0x3c..<0x40, with: Self.little(0x40, 4))
        image += Array("PE".utf8) + [0, 0] + Self.little(0x8664, 2) + Self.little(sections.count, 2)
        image += [UInt8](repeating: 0, count: 12) + Self.little(240, 2) + Self.little(0x22, 2)
        var optional = [UInt8](repeating: 0, count: 240)
        optional.replaceSubrange(0..<2, with: Self.little(0x20b, 2))
        optional.replaceSubrange(68..<70, with: Self.little(10, 2))
        optional.replaceSubrange(108..<112, with: Self.little(16, 4))
        var offset = image.count + 240 + 40 * sections.count
        var table: [UInt8] = []
        var contents: [UInt8] = []
        for (name, content) in sections {
            let label = Array(name.utf8) + [UInt8](repeating: 0, count: 8 - name.utf8.count)
            table += label + Self.little(content.count, 4) + Self.little(0, 4) + Self.little(content.count, 4)
            table += Self.little(offset, 4) + [UInt8](repeating: 0, count: 16)
            contents += content
            offset += content.count
        }
        if isSigned {
            optional.replaceSubrange(144..<152, with: Self.little(offset, 4) + Self.little(16, 4))
            contents += Self.little(16, 4) + Self.little(0x200, 2) + Self.little(2, 2) + [UInt8](repeating: 9, count: 8)
        }
        return image + optional + table + contents
    }

    static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

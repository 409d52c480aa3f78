internal import Buffers

/// What matters of a UEFI program (PE32+, Microsoft's PE format): for which machine it is, whether it carries a signature,
/// and which of the known boot loaders it is. Nothing is believed that does not lie inside the file.
package struct PEImage: Hashable, Sendable {
    package enum Loader: Hashable, Sendable { case shim, grub, systemdBoot, unifiedKernel, other }

    private struct Section: Hashable, Sendable {
        var name: String
        var range: Range<Int>
    }

    /// An attribute certificate table is there and lies inside the file. Who signed it, and whether the firmware trusts
    /// them, is not looked at.
    package let hasSignature: Bool
    package let loader: Loader
    private let sections: [Section]

    /// nil when it is not an x86-64 UEFI application.
    package init?(_ file: [UInt8]) {
        guard file.count >= 64, file[0] == 0x4d, file[1] == 0x5a else { return nil }
        let header = Int(file.littleEndian(UInt32.self, at: 0x3c))
        guard header >= 64, header <= file.count - 24,
            Array(file[header..<header + 4]) == [0x50, 0x45, 0, 0],
            file.littleEndian(UInt16.self, at: header + 4) == 0x8664
        else { return nil }
        let count = Int(file.littleEndian(UInt16.self, at: header + 6))
        let optional = header + 24
        let optionalSize = Int(file.littleEndian(UInt16.self, at: header + 20))
        let table = optional + optionalSize
        guard optionalSize >= 112, count <= 96, table + 40 * count <= file.count,
            file.littleEndian(UInt16.self, at: optional) == 0x20b,
            file.littleEndian(UInt16.self, at: optional + 68) == 10
        else { return nil }
        var sections: [Section] = []
        for index in 0..<count {
            let entry = table + 40 * index
            let start = Int(file.littleEndian(UInt32.self, at: entry + 20))
            let size = Int(file.littleEndian(UInt32.self, at: entry + 16))
            guard start + size <= file.count else { return nil }  // cut off
            let name = String(decoding: file[entry..<entry + 8].prefix { $0 != 0 }, as: UTF8.self)
            sections.append(Section(name: name, range: start..<start + size))
        }
        self.sections = sections
        hasSignature = Self.hasCertificates(file, optional, optionalSize)
        loader = Self.loader(file, sections)
    }

    /// Data directory 4, whose address is an offset in the file.
    private static func hasCertificates(_ file: [UInt8], _ optional: Int, _ optionalSize: Int) -> Bool {
        guard optionalSize >= 112 + 40, file.littleEndian(UInt32.self, at: optional + 108) > 4 else { return false }
        let start = Int(file.littleEndian(UInt32.self, at: optional + 112 + 32))
        let size = Int(file.littleEndian(UInt32.self, at: optional + 112 + 36))
        guard start > 0, size > 8, start + size <= file.count else { return false }
        // WIN_CERT_TYPE_PKCS_SIGNED_DATA.
        return file.littleEndian(UInt16.self, at: start + 6) == 2
    }

    private static func loader(_ file: [UInt8], _ sections: [Section]) -> Loader {
        func text(_ name: String) -> String? {
            sections.first { $0.name == name }.map { String(decoding: file[$0.range.prefix(4_096)], as: UTF8.self) }
        }
        if sections.contains(where: { $0.name == ".linux" }) { return .unifiedKernel }
        if text(".sdmagic")?.contains("LoaderInfo: systemd-boot") == true { return .systemdBoot }
        if sections.contains(where: { $0.name == "mods" }) { return .grub }
        let generations = text(".sbat")?.split(separator: "\n").map { $0.prefix { $0 != "," } } ?? []
        if generations.contains("grub") { return .grub }
        if generations.contains("shim") { return .shim }
        // Shims before 15.3 have no generations.
        if sections.contains(where: { $0.name == ".vendor_cert" }) { return .shim }
        return .other
    }

    /// Bytes of the section of this name, in the file it was made from.
    func section(_ name: String, of file: [UInt8]) -> ArraySlice<UInt8>? {
        sections.first { $0.name == name }.map { file[$0.range] }
    }
}

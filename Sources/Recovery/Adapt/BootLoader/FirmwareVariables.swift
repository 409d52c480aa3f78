internal import LinuxSystem

/// The boot variables of UEFI firmware as efivarfs shows them: a file each, named "Boot0001-GUID", with four bytes of
/// attributes before the content (Documentation/filesystems/efivarfs).
package struct FirmwareVariables: Sendable {
    package static let directory = "/sys/firmware/efi/efivars"
    /// EFI_GLOBAL_VARIABLE.
    package static let global = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
    /// Non-volatile, for boot services, at run time.
    package static let attributes: UInt32 = 7

    package var entries: [UInt16: LoadOption] = [:]
    /// Numbers that are taken by something that is no load option we understand.
    package var unreadable: Set<UInt16> = []
    package var order: [UInt16] = []

    package init(entries: [UInt16: LoadOption] = [:], unreadable: Set<UInt16> = [], order: [UInt16] = []) {
        self.entries = entries
        self.unreadable = unreadable
        self.order = order
    }

    /// nil when there are none to be read: no UEFI firmware, or efivarfs is not mounted.
    package init?(in directory: String) {
        // Losing the error is right: what cannot be read is treated as not there, and the step says so.
        guard let names = try? Files.names(in: directory), !names.isEmpty else { return nil }
        for name in names where name.hasSuffix("-" + Self.global) && name.hasPrefix("Boot") {
            let key = name.dropLast(Self.global.utf8.count + 1).dropFirst(4)
            // Nor is one that cannot be read: its number counts as taken.
            guard let file = try? Files.contents(of: "\(directory)/\(name)", limit: LoadOption.sizeLimit),
                file.count >= 4
            else {
                if let number = UInt16(key, radix: 16), key.utf8.count == 4 { unreadable.insert(number) }
                continue
            }
            let content = Array(file.dropFirst(4))
            if key == "Order" {
                order = stride(from: 0, to: content.count - 1, by: 2).map {
                    UInt16(content[$0]) | UInt16(content[$0 + 1]) << 8
                }
            } else if key.utf8.count == 4, let number = UInt16(key, radix: 16) {
                if let entry = LoadOption(bytes: content) { entries[number] = entry } else { unreadable.insert(number) }
            }
        }
    }

    /// "Boot000A-8be4df61-93ca-11d2-aa0d-00e098032b8c".
    package static func name(_ number: UInt16) -> String { "\(shortName(number))-\(global)" }

    package static func shortName(_ number: UInt16) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "Boot" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    package static func orderBytes(_ order: [UInt16]) -> [UInt8] {
        order.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }
}

internal import LinuxSystem

/// The boot loader of the restored system in an EFI system partition: what firmware entries name.
struct InstalledLoader {
    enum Kind { case grub, systemdBoot }

    /// All names under which firmware may have been told to start one system.
    static let names = ["shimx64.efi", "shim.efi", "grubx64.efi", "grub.efi", "systemd-bootx64.efi"]
    /// Directories that are never a Linux distribution's.
    private static let others: Set<String> = ["boot", "microsoft", "linux", "tools"]

    var kind: Kind
    /// "/EFI/debian".
    var directory: String
    /// "shimx64.efi": what the firmware starts.
    var first: String

    var path: String { "\(directory)/\(first)" }
    var isShim: Bool { first.hasPrefix("shim") }
    /// "\EFI\debian\shimx64.efi".
    var firmwarePath: String { path.replacing("/", with: "\\") }
    var relatives: [String] { Self.names.map { "\(directory)/\($0)".replacing("/", with: "\\") } }

    /// nil when the partition holds none. Of several the one whose menu is this system's, then the one named after its
    /// distribution, then the only one.
    static func find(
        _ files: ESPFiles, _ place: GRUBPlace?, identifiers: [String]
    ) throws(RecoveryError) -> InstalledLoader? {
        var found: [InstalledLoader] = []
        for name in try files.names(in: "/EFI") where !others.contains(name.lowercased()) {
            let there = try files.names(in: "/EFI/\(name)").map { $0.lowercased() }
            guard let first = names.first(where: { there.contains($0) }) else { continue }
            let loader = InstalledLoader(
                kind: first.hasPrefix("systemd") ? .systemdBoot : .grub, directory: "/EFI/\(name)", first: first)
            if let place, let stub = try files.text(of: "/EFI/\(name)/grub.cfg"),
                stub.lowercased().contains(place.fileSystem.lowercased())
            {
                return loader
            }
            found.append(loader)
        }
        let named = identifiers.lazy.compactMap { id in
            found.first { $0.directory.lowercased() == "/efi/\(id)" }
        }.first
        return named ?? (found.count == 1 ? found.first : found.first { $0.kind == .systemdBoot })
    }

    /// ID and ID_LIKE of os-release, in lower case: "ubuntu", "debian".
    static func identifiers(_ tree: SystemTree) throws(RecoveryError) -> [String] {
        let text = try tree.looking { tree throws(SystemCallError) -> String? in
            if let text = try tree.text(of: "/etc/os-release") { return text }
            return try tree.text(of: "/usr/lib/os-release")
        }
        var values: [String: String] = [:]
        for line in (text ?? "").split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            values[String(parts[0])] = parts[1].filter { $0 != "\"" && $0 != "'" }.lowercased()
        }
        return ["ID", "ID_LIKE"].flatMap { (values[$0] ?? "").split(separator: " ").map(String.init) }
    }
}

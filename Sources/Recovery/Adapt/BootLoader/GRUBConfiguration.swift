/// Where a GRUB of UEFI finds its menu.
enum GRUBConfiguration {
    /// The restored system's own.
    case system
    /// A file in the EFI system partition that is a menu itself or leads to the restored system's.
    case onPartition(String)
    /// Nowhere; the path in the EFI system partition where it would look first, when it is one.
    case missing(String?)
    /// It leads somewhere else; in words.
    case other(String)

    static func find(
        _ grub: GRUBImage, beside loader: String, _ partition: EFISystemPartition, _ scene: BootScene
    ) throws(RecoveryError) -> GRUBConfiguration {
        let uuid = scene.place?.fileSystem.lowercased() ?? "-"
        // grub-install builds the search into the program.
        if let commands = grub.commands?.lowercased(), commands.contains("fs_uuid") || commands.contains("fs-uuid") {
            return commands.contains(uuid) ? .system : .other("a file system of another UUID")
        }
        let prefix = grub.prefix ?? ""
        let directory = loader.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        guard prefix.hasPrefix("/") else {
            // "(,gpt2)/boot/grub", "(lvmid/…)/boot/grub": moves with the disk.
            return scene.place != nil && !prefix.isEmpty ? .system : .missing(nil)
        }
        for path in ["\(prefix)/grub.cfg", "\(directory)/grub.cfg"] {
            guard let text = try partition.files.text(of: path) else { continue }
            if text.lowercased().contains(uuid) || text.contains("menuentry") { return .onPartition(path) }
            return .other(path)
        }
        return .missing("\(prefix)/grub.cfg")
    }
}

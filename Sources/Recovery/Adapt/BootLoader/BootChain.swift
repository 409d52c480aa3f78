/// What a UEFI program starts, followed to the boot loader with the menu: shim starts GRUB, or through its fallback what
/// \EFI\*\BOOTX64.CSV names.
struct BootChain {
    static let fallback = "/EFI/BOOT/BOOTX64.EFI"

    /// The first program; nil when it is missing or is none.
    var first: PEImage?
    /// The loader at the end, with its path in the EFI system partition; nil when the chain breaks.
    var loader: (path: String, image: PEImage, grub: GRUBImage?)?
    /// Why it breaks.
    var problem: String?

    static func follow(_ path: String, _ files: ESPFiles) throws(RecoveryError) -> BootChain {
        guard let bytes = try files.contents(of: path) else { return BootChain(problem: "\(path) is missing") }
        guard let image = PEImage(bytes) else {
            return BootChain(problem: "\(path) is no x86-64 UEFI program, or is cut off")
        }
        guard image.loader == .shim else {
            return BootChain(first: image, loader: (path, image, GRUBImage(bytes)))
        }
        var next = try second(after: path, files)
        next.first = image
        return next
    }

    /// What a shim starts.
    private static func second(after path: String, _ files: ESPFiles) throws(RecoveryError) -> BootChain {
        let directory = path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        if BootEntryPlanner.equal(path, fallback), try files.contents(of: "\(directory)/fbx64.efi") != nil {
            for target in try fallbackTargets(files) where !BootEntryPlanner.equal(target, fallback) {
                let chain = try follow(target, files)
                if chain.problem == nil { return chain }
            }
            return BootChain(problem: "\(directory)/fbx64.efi finds no loader by \\EFI\\*\\BOOTX64.CSV")
        }
        let next = "\(directory)/grubx64.efi"
        guard let bytes = try files.contents(of: next) else {
            return BootChain(problem: "\(path) is a shim and starts \(next), which is missing")
        }
        guard let image = PEImage(bytes), image.loader != .shim else {
            return BootChain(problem: "\(next) is no x86-64 UEFI boot loader, or is cut off")
        }
        return BootChain(first: nil, loader: (next, image, GRUBImage(bytes)))
    }

    /// First column of the files that shim's fallback reads: UTF-16, the program's name beside the file.
    private static func fallbackTargets(_ files: ESPFiles) throws(RecoveryError) -> [String] {
        var targets: [String] = []
        for directory in try files.names(in: "/EFI") {
            guard let bytes = try files.contents(of: "/EFI/\(directory)/BOOTX64.CSV") else { continue }
            for line in UCS2.text(bytes[...]).split(whereSeparator: \.isNewline) {
                let name = line.prefix { $0 != "," }.filter { $0 != "\u{feff}" }
                if !name.isEmpty { targets.append("/EFI/\(directory)/\(name)") }
            }
        }
        return targets
    }
}

internal import LinuxSystem

/// Boot loaders that can be put onto a disk: the restored system's own where it has them, else those of the rescue image.
package struct LoaderFiles: Sendable {
    package static let rescueDirectory = "/usr/share/lifeboat/boot"

    /// Where the rescue image keeps shimx64.efi.signed, mmx64.efi.signed, grubx64.efi.signed and i386-pc/ (GRUB for BIOS).
    package let directory: String
    /// "grub-mkimage" of the rescue image.
    package let mkimage: String

    package init(directory: String = LoaderFiles.rescueDirectory, mkimage: String = "grub-mkimage") {
        self.directory = directory
        self.mkimage = mkimage
    }

    /// A chain of programs for UEFI.
    struct Chain {
        /// nil without Secure Boot's first stage.
        var shim: [UInt8]?
        var mokManager: [UInt8]?
        var grub: [UInt8]
        var origin: String
    }

    /// The first that is whole: the system's signed pair, the rescue image's, the system's unsigned GRUB.
    func chain(for tree: SystemTree) throws(RecoveryError) -> Chain? {
        let own = "/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed"
        if let grub = try grub(tree, own),
            let shim = try first(tree, ["/usr/lib/shim/shimx64.efi.signed", "/usr/lib/shim/shimx64.efi.signed.latest"])
        {
            let manager = try first(tree, ["/usr/lib/shim/mmx64.efi.signed", "/usr/lib/shim/mmx64.efi"])
            return Chain(shim: shim, mokManager: manager, grub: grub, origin: "the restored system")
        }
        let rescue = SystemTree(root: directory)
        if Files.exists(directory), let grub = try grub(rescue, "/grubx64.efi.signed"),
            let shim = try first(rescue, ["/shimx64.efi.signed"])
        {
            return Chain(
                shim: shim, mokManager: try first(rescue, ["/mmx64.efi.signed"]), grub: grub,
                origin: "the rescue image")
        }
        return try grub(tree, "/usr/lib/grub/x86_64-efi/monolithic/grubx64.efi").map {
            Chain(shim: nil, mokManager: nil, grub: $0, origin: "the restored system, unsigned")
        }
    }

    /// systemd-boot as the restored system's package has it.
    func systemdBoot(for tree: SystemTree) throws(RecoveryError) -> [UInt8]? {
        let directory = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"
        return try first(tree, ["\(directory).signed", directory])
    }

    /// Where GRUB's modules for BIOS are on this machine, and whose they are: they must be of one version with what lies in
    /// the system's /boot/grub/i386-pc, if anything does.
    func biosModules(for tree: SystemTree) throws(RecoveryError) -> (path: String, origin: String)? {
        let own = try tree.looking { tree throws(SystemCallError) in try tree.path("/usr/lib/grub/i386-pc") }
        for (path, origin) in [(own, "the restored system"), ("\(directory)/i386-pc", "the rescue image")] {
            if let path, Files.exists("\(path)/kernel.img"), Files.exists("\(path)/boot.img") { return (path, origin) }
        }
        return nil
    }

    private func grub(_ tree: SystemTree, _ path: String) throws(RecoveryError) -> [UInt8]? {
        try first(tree, [path]).flatMap { GRUBImage($0) == nil ? nil : $0 }
    }

    private func first(_ tree: SystemTree, _ paths: [String]) throws(RecoveryError) -> [UInt8]? {
        for path in paths {
            let bytes = try tree.looking { tree throws(SystemCallError) in
                try tree.contents(of: path, limit: 32 << 20)
            }
            if let bytes, PEImage(bytes) != nil { return bytes }
        }
        return nil
    }
}

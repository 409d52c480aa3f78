internal import LinuxSystem

/// A kernel of a restored system with its initramfs.
struct InstalledKernel: Hashable, Sendable {
    /// "6.1.0-56-amd64": the name of its modules' directory.
    var release: String
    /// Paths of its initramfs images in the system: usually one.
    var images: [String]

    /// All that have modules, newest name last. An image without modules of its release is somebody else's (a rescue system).
    static func all(in tree: SystemTree) throws(SystemCallError) -> [InstalledKernel] {
        var releases: Set<String> = []
        for directory in ModuleIndex.directories {
            for name in try tree.names(in: directory) where tree.contains("\(directory)/\(name)/modules.dep") {
                releases.insert(name)
            }
        }
        let boot = try tree.names(in: "/boot")
        var kernels: [InstalledKernel] = []
        for release in releases.sorted() {
            var images = boot.filter { isImage($0, of: release) }.map { "/boot/\($0)" }
            images += try loaderImages(release, tree) + presetImages(release, boot, tree)
            kernels.append(InstalledKernel(release: release, images: images.sorted()))
        }
        return kernels
    }

    /// Debian, Red Hat, SUSE. Copies that tools keep are not started.
    private static func isImage(_ name: String, of release: String) -> Bool {
        ["initrd.img-\(release)", "initramfs-\(release).img", "initrd-\(release)", "initrd-\(release).img"].contains(
            name)
    }

    /// systemd-boot's places: <machine-id>/<release>/initrd below the ESP or /boot.
    private static func loaderImages(_ release: String, _ tree: SystemTree) throws(SystemCallError) -> [String] {
        guard let machine = try tree.text(of: "/etc/machine-id")?.split(whereSeparator: \.isWhitespace).first else {
            return []
        }
        return ["/boot", "/efi", "/boot/efi"].map { "\($0)/\(machine)/\(release)/initrd" }.filter { tree.contains($0) }
    }

    /// Arch Linux names images after the package of the kernel, which lies beside the modules.
    private static func presetImages(
        _ release: String, _ boot: [String], _ tree: SystemTree
    ) throws(SystemCallError) -> [String] {
        for directory in ModuleIndex.directories {
            guard let package = try tree.text(of: "\(directory)/\(release)/pkgbase") else { continue }
            let name = package.filter { !$0.isWhitespace }
            return ["initramfs-\(name).img", "initramfs-\(name)-fallback.img"].filter { boot.contains($0) }.map {
                "/boot/\($0)"
            }
        }
        return []
    }
}

internal import LinuxSystem

/// Makes a core.img for BIOS that finds this system's menu, with grub-mkimage.
///
/// A core.img is compressed, so one that is made beforehand could not be told by which UUID to look: one made here knows it,
/// and holds the modules that menus ask for, because a system that started by UEFI has none for BIOS in /boot/grub.
struct CoreImageMaker {
    /// What reaches any /boot, reads a menu of grub-mkconfig, and starts Linux.
    static let modules = """
        biosdisk part_gpt part_msdos ext2 xfs btrfs fat lvm mdraid09 mdraid1x diskfilter luks luks2 cryptodisk \
        gcry_rijndael gcry_sha256 gcry_sha512 gcry_sha1 pbkdf2 search search_fs_uuid search_fs_file search_label normal \
        configfile linux echo test loadenv gzio zstd minicmd ls cat boot chain reboot halt serial terminal regexp sleep \
        all_video gfxterm font
        """

    var mkimage: String
    /// GRUB's modules for i386-pc.
    var directory: String
    var place: GRUBPlace

    func bytes() throws(RecoveryError) -> [UInt8] {
        let (configuration, image) = (try ESPFiles.temporaryFile(), try ESPFiles.temporaryFile())
        defer {
            // leftovers in /tmp harm nobody
            _ = try? Files.remove(configuration)
            _ = try? Files.remove(image)
        }
        do {
            try Files.write(Array(place.stub.utf8), to: configuration)
            let known = Self.modules.split(separator: " ").map(String.init).filter {
                // Older GRUBs lack some (luks2, zstd).
                Files.exists("\(directory)/\($0).mod")
            }
            let made = try ChildProcess.run(
                [mkimage, "-d", directory, "-O", "i386-pc", "-p", "/boot/grub", "-c", configuration, "-o", image]
                    + known)
            guard made.status.isSuccess else {
                throw RecoveryError(.failed, "Cannot make GRUB's core.img for BIOS: \(made.errorText)")
            }
            return try Files.contents(of: image, limit: BIOSBootCode.coreLimit)
        } catch let error as RecoveryError {
            throw error
        } catch {
            throw RecoveryError(.failed, "Cannot make GRUB's core.img for BIOS with \(mkimage).", cause: error)
        }
    }
}

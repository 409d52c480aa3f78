/// A kind of host that `scripts/make-source` makes: how its disks are laid out and how it starts.
package enum MatrixSource: String, CaseIterable, Sendable {
    case dep
    case mbr
    case md
    case thin
    case xfsUEFI = "xfs-uefi"
    case btrfsDracut = "btrfs-dracut"
    case luks

    package var diskCount: Int { self == .md ? 2 : 1 }

    package var firmware: Firmware { self == .xfsUEFI ? .uefi : .bios }

    /// Whether this machine can look into its disks without device mapper, md or a passphrase.
    var isPlain: Bool {
        switch self {
        case .dep, .mbr, .xfsUEFI, .btrfsDracut: true
        case .md, .thin, .luks: false
        }
    }
}

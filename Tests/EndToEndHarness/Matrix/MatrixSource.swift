/// A kind of host that `scripts/make-source` makes: how its disks are laid out and how it starts.
package enum MatrixSource: String, CaseIterable, Sendable {
    case dep
    case mbr
    case md
    case thin
    case xfsUEFI = "xfs-uefi"
    case btrfsDracut = "btrfs-dracut"
    case luks
    case bcache
    case bcacheThrough = "bcache-through"

    package var diskCount: Int { [.md, .bcache, .bcacheThrough].contains(self) ? 2 : 1 }

    package var firmware: Firmware { self == .xfsUEFI ? .uefi : .bios }

    /// Whether this machine can look into its disks without device mapper, md, bcache or a passphrase.
    var isPlain: Bool {
        switch self {
        case .dep, .mbr, .xfsUEFI, .btrfsDracut: true
        case .md, .thin, .luks, .bcache, .bcacheThrough: false
        }
    }
}

internal import LinuxSystem

/// How Windows left an NTFS volume. Looked at by ntfs-3g's tools, which change nothing; a device that is read-only will do.
package enum NTFSState: Hashable, Sendable {
    /// Unmounted in order: may be written.
    case clean
    /// A session of Windows lies in it, perhaps by fast start-up: what is written is lost or damages the volume.
    case hibernated
    /// Its journal was not written back, or a check is due; in words.
    case unclean(String)

    /// The state of the volume on a device. Throws `tool` when it cannot be told.
    package static func of(_ device: String) throws(FileSystemError) -> NTFSState {
        let probe = try ToolRun.result(["ntfs-3g.probe", "--readwrite", device], package: "ntfs-3g")
        switch probe.status {
        case .exited(0): break
        case .exited(14): return .hibernated
        case .exited(15): return .unclean("it was not unmounted cleanly")
        default: throw FileSystemError(.tool, "ntfs-3g.probe ended with \(probe.status): \(probe.errorText)")
        }
        // Refuses a volume whose dirty flag is set: "Volume is scheduled for check."
        let info = try ToolRun.result(["ntfsinfo", "--mft", device], package: "ntfs-3g")
        guard !info.status.isSuccess else { return .clean }
        return .unclean("ntfsinfo refuses it: \(info.errorText.split(separator: "\n").first ?? "")")
    }
}

package import BlockDevices
internal import LinuxSystem

/// The way to a disk in whatever it is kept: a device, a raw image, or a format that QEMU reads.
package enum DiskImages {
    /// Opens a block device, a raw image, or a qcow2, VMDK, VHDX or VHD image for reading; `format` nil means: by its
    /// magic bytes. Gives a `RawDisk` for the first two, an `ImageSource` for the others.
    ///
    /// Throws as `RawDisk.openSource` does; `unsupported` for encrypted images and where qemu-utils is not installed;
    /// `inputOutput` for a damaged or truncated image; `inUse` for one that a running VM writes to. Blocks: the
    /// image's metadata is checked whole.
    package static func open(
        _ path: String, format: ImageFormat? = nil
    ) throws(BlockDeviceError) -> any BlockSource {
        guard try isRegularFile(path) else { return try RawDisk.openSource(path) }
        let format = if let format { format } else { try ImageFormat.detect(path) }
        return format == .raw ? try RawDisk.openSource(path) : try ImageSource(path, format: format)
    }

    private static func isRegularFile(_ path: String) throws(BlockDeviceError) -> Bool {
        do throws(SystemCallError) { return try Files.status(path)?.kind == .regularFile } catch {
            throw BlockDeviceError("Cannot read \(path)", error)
        }
    }
}

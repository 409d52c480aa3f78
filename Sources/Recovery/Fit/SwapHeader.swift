internal import BlockDevices
internal import LinuxSystem

/// Swap of another size, with the UUID and the label that fstab knows: made by mkswap in a file, and taken from there.
struct SwapHeader {
    /// Of i386 and amd64; the header fills one page.
    private static let page = 4_096

    let superblock: Superblock

    init(_ superblock: Superblock) { self.superblock = superblock }

    /// What is written where the swap of `size` bytes begins. Throws `failed`.
    func patches(size: UInt64, at start: UInt64, _ scratch: FitScratch) throws(RecoveryError) -> [DiskPatch] {
        var words = ["mkswap", "--pagesize", "\(Self.page)"]
        if let uuid = superblock.uuid { words += ["--uuid", uuid] }
        if let label = superblock.label { words += ["--label", label] }
        do {
            let file = try FileDescriptor.inMemory(name: "swap")
            try file.truncate(to: size)
            // The number names it for the child as well: it is passed on for this one program.
            let path = "/proc/\(RunningSystem.processID)/fd/" + file.withNumber { "\($0)" }
            let result = try ChildProcess.run(words + [path])
            guard result.status.isSuccess else {
                throw RecoveryError(
                    .failed,
                    "mkswap ended with \(result.status): \(result.errorText.suffix(400)). Nothing was written.")
            }
            return [
                DiskPatch(
                    offset: start, bytes: try file.bytes(Self.page, at: 0),
                    reason: "swap of \(size) bytes with the same UUID and label")
            ]
        } catch let error as RecoveryError { throw error } catch {
            throw RecoveryError(
                .failed, "Swap of another size cannot be made by mkswap (\(error)). Nothing was written.", cause: error)
        }
    }
}

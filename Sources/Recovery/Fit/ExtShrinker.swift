internal import BlockDevices
internal import Buffers
internal import FileMounts
internal import LinuxSystem

/// Makes an ext file system of a moment smaller by its own tools, on an overlay: neither the moment nor a target is touched.
final class ExtShrinker: Sendable {
    let overlay: PartitionOverlay
    private var name: String { overlay.name }
    private let mount: FileMount

    /// Shows the overlay as a file, as long as this lives. Needs root and the kernel's `fuse`.
    init(_ overlay: PartitionOverlay) throws(RecoveryError) {
        self.overlay = overlay
        do throws(SystemCallError) {
            mount = try FileMount(overlay, name: "partition", at: try WorkDirectory.path("fit"))
        } catch {
            throw RecoveryError(
                .failed,
                "Cannot show \(overlay.name) to resize2fs (\(error)). Nothing was written. Making partitions smaller needs root and the "
                    + "kernel's fuse.", cause: error)
        }
    }

    /// Brings the journal to rest and mends what asks nothing, as at every start. Throws `refused` when more is wrong.
    func check() throws(RecoveryError) { _ = try run(["e2fsck", "-f", "-p", mount.path], allowed: [0, 1]) }

    /// The smallest size that resize2fs promises, in bytes.
    func minimum() throws(RecoveryError) -> UInt64 {
        let said = try run(["resize2fs", "-P", mount.path], allowed: [0])
        guard let block = try blockSize(), let word = said.split(whereSeparator: \.isWhitespace).last,
            let count = UInt64(word), count < UInt64.max / block
        else { throw refusal("resize2fs -P said \"\(said.suffix(200))\"") }
        return count * block
    }

    /// Shrinks to at most `size` bytes, checks again, and proves that it lies within them.
    func shrink(to size: UInt64) throws(RecoveryError) {
        guard let block = try blockSize(), let before = try sizeInBytes() else {
            throw refusal("its superblock cannot be read")
        }
        // One that does not fill its partition is not made larger. In its own blocks: a plain number, whatever they are.
        if before > size { _ = try run(["resize2fs", "-f", mount.path, "\(size / block)"], allowed: [0]) }
        _ = try run(["e2fsck", "-f", "-n", mount.path], allowed: [0])
        let now = try sizeInBytes()
        guard let now, now <= size else { throw refusal("it has \(now ?? 0) bytes afterwards, not \(size)") }
    }

    private func sizeInBytes() throws(RecoveryError) -> UInt64? {
        try GrowingFileSystem.ext4.size(DiskReader(overlay), at: 0)
    }

    private func blockSize() throws(RecoveryError) -> UInt64? {
        let block = try DiskReader(overlay).bytes(at: 1_024, count: 1_024)
        let shift = block.littleEndian(UInt32.self, at: 24)
        return block.littleEndian(UInt16.self, at: 56) == 0xef53 && shift <= 6 ? 1_024 << UInt64(shift) : nil
    }

    private func refusal(_ why: String) -> RecoveryError {
        RecoveryError(
            Refusal(
                .targetTooSmall,
                "Cannot make \(name) smaller: \(why). Nothing was written. Choose a disk that is as large as the old one."
            ))
    }

    private func run(_ words: [String], allowed: Set<Int32>) throws(RecoveryError) -> String {
        let result: ChildProcess.Captured
        do throws(SystemCallError) { result = try ChildProcess.run(words) } catch {
            throw refusal("\(words[0]) cannot be run (\(error))")
        }
        let said = String(decoding: result.output, as: UTF8.self)
        if case .exited(let status) = result.status, allowed.contains(status) { return said }
        if let problem = overlay.problem {
            if let error = problem as? SystemCallError, error.isOutOfSpace {
                throw RecoveryError(
                    Refusal(
                        .noRoom,
                        "Cannot make \(name) smaller: the scratch directory is full. Nothing was written. Name a larger one with "
                            + "--scratch."))
            }
            throw RecoveryError(problem, state: .untouched)
        }
        let errors = (said.suffix(400) + " " + result.errorText.suffix(400)).split(whereSeparator: \.isNewline)
        throw refusal("\(words[0]) ended with \(result.status): \(errors.joined(separator: " "))")
    }
}

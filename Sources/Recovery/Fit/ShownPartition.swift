internal import BlockDevices
internal import FileMounts
internal import LinuxSystem
internal import Synchronization

typealias MountedOverlay = ShownPartition<PartitionOverlay>

/// A partition that is to be changed as a file, as long as this lives, and the tools that work on it.
final class ShownPartition<Content: ChangedPartition>: Sendable {
    let overlay: Content
    /// nil while it rests.
    private let mount: Mutex<FileMount?>

    /// Needs root and the kernel's `fuse`.
    init(_ overlay: Content) throws(RecoveryError) {
        self.overlay = overlay
        mount = Mutex(try Self.mount(overlay))
    }

    private static func mount(_ overlay: Content) throws(RecoveryError) -> FileMount {
        do throws(SystemCallError) {
            return try FileMount(overlay, name: "partition", at: try WorkDirectory.path("fit"))
        } catch {
            throw RecoveryError(
                .failed,
                "Cannot show \(overlay.name) to the tools that make it smaller (\(error)). Nothing was written. It needs root and "
                    + "the kernel's fuse.", cause: error)
        }
    }

    /// Of the file; there is none while it rests.
    var path: String { mount.withLock { $0?.path ?? "" } }

    /// Is no file until it is woken; what was written to it stays.
    func rest() { mount.withLock { $0 = nil } }

    func wake() throws(RecoveryError) {
        guard mount.withLock({ $0 == nil }) else { return }
        let again = try Self.mount(overlay)
        mount.withLock { $0 = again }
    }

    func refusal(_ why: String) -> RecoveryError {
        RecoveryError(
            Refusal(
                .targetTooSmall,
                "Cannot make \(overlay.name) smaller: \(why). Nothing was written. Choose a disk that is as large as the old one."
            ))
    }

    /// What a tool printed. Throws `refused` with its words when it ends with another status, or what made its requests fail.
    func run(_ words: [String], allowed: Set<Int32> = [0]) throws(RecoveryError) -> String {
        let result: ChildProcess.Captured
        do throws(SystemCallError) { result = try ChildProcess.run(words) } catch {
            throw refusal("\(words[0]) cannot be run (\(error))")
        }
        let said = String(decoding: result.output, as: UTF8.self)
        if case .exited(let status) = result.status, allowed.contains(status) { return said }
        try checkRequests()
        let errors = (said.suffix(400) + " " + result.errorText.suffix(400)).split(whereSeparator: \.isNewline)
        throw refusal("\(words[0]) ended with \(result.status): \(errors.joined(separator: " "))")
    }

    /// Throws what made a request fail, where one did.
    func checkRequests() throws(RecoveryError) {
        guard let problem = overlay.problem else { return }
        if let error = problem as? SystemCallError, error.isOutOfSpace {
            throw RecoveryError(
                Refusal(
                    .noRoom,
                    "Cannot make \(overlay.name) smaller: the scratch directory is full. Nothing was written. Name a larger one "
                        + "with --scratch."))
        }
        throw RecoveryError(problem, state: .untouched)
    }
}

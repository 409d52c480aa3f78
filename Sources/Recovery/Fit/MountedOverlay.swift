internal import FileMounts
internal import LinuxSystem

/// An overlay as a file, as long as this lives, and the tools that work on it.
final class MountedOverlay: Sendable {
    let overlay: PartitionOverlay
    private let mount: FileMount

    /// Needs root and the kernel's `fuse`.
    init(_ overlay: PartitionOverlay) throws(RecoveryError) {
        self.overlay = overlay
        do throws(SystemCallError) {
            mount = try FileMount(overlay, name: "partition", at: try WorkDirectory.path("fit"))
        } catch {
            throw RecoveryError(
                .failed,
                "Cannot show \(overlay.name) to the tools that make it smaller (\(error)). Nothing was written. It needs root and "
                    + "the kernel's fuse.", cause: error)
        }
    }

    /// Of the file.
    var path: String { mount.path }

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
        if let problem = overlay.problem {
            if let error = problem as? SystemCallError, error.isOutOfSpace {
                throw RecoveryError(
                    Refusal(
                        .noRoom,
                        "Cannot make \(overlay.name) smaller: the scratch directory is full. Nothing was written. Name a larger one "
                            + "with --scratch."))
            }
            throw RecoveryError(problem, state: .untouched)
        }
        let errors = (said.suffix(400) + " " + result.errorText.suffix(400)).split(whereSeparator: \.isNewline)
        throw refusal("\(words[0]) ended with \(result.status): \(errors.joined(separator: " "))")
    }
}

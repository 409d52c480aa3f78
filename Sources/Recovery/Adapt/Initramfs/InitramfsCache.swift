internal import LinuxSystem
internal import Synchronization

/// What images of a system were found to hold, so that each is unpacked once and not for every question. An image that was
/// replaced is another file.
final class InitramfsCache: Sendable {
    private struct Entry {
        var status: FileStatus
        var kept: Set<String>
        var contents: InitramfsContents
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// As `InitramfsContents.init`.
    func contents(
        _ path: String, in tree: SystemTree, release: String, keeping kept: Set<String> = []
    ) throws(RecoveryError) -> InitramfsContents {
        // One that is not there, or cannot be looked at, is said by the reading.
        let status = (try? tree.path(path)).flatMap { $0 }.flatMap { try? Files.status($0) }
        let known = entries.withLock { $0[path] }
        if let known, known.status == status, known.contents.release == release, kept.isSubset(of: known.kept) {
            return known.contents
        }
        let contents = try InitramfsContents(path, in: tree, release: release, keeping: kept)
        if let status {
            entries.withLock { $0[path] = Entry(status: status, kept: kept, contents: contents) }
        }
        return contents
    }
}

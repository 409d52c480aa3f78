internal import LinuxSystem
internal import Synchronization

/// The tokens as the file says now: one that was revoked is worth nothing from the next request on.
final class TokenCache: Sendable {
    private struct State {
        var status: FileStatus?
        var tokens: [Token] = []
    }

    private let file: TokenFile
    private let state = Mutex(State())

    init(_ file: TokenFile) { self.file = file }

    func tokens() throws -> [Token] {
        let status = try Files.status(file.state.tokens)
        return try state.withLock { state in
            if state.status != status {
                state.tokens = try file.tokens()
                state.status = status
            }
            return state.tokens
        }
    }
}

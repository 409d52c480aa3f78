internal import LinuxSystem
internal import Synchronization

/// One value that a thread is making while others may wait for it.
final class ChunkCacheLoad<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, RepositoryError>?>(nil)
    /// Nothing is ever in it: who waits for an element wakes up when it is closed.
    private let finished = BoundedQueue<Never>(capacity: 1)

    func finish(_ result: Result<Value, RepositoryError>) {
        self.result.withLock { $0 = result }
        finished.close()
    }

    func wait() throws(RepositoryError) -> Value {
        _ = finished.pop()
        guard let result = result.withLock({ $0 }) else { preconditionFailure("a finished load left no result") }
        return try result.get()
    }
}

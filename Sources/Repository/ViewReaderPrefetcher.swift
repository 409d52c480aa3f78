internal import LinuxSystem
internal import RepositoryFormat
internal import Synchronization

/// Threads that fetch what will be wanted soon. Work beyond a bound is dropped: it is a help, never a duty.
final class ViewReaderPrefetcher: Sendable {
    struct Job: Sendable {
        var disk: DiskRecord
        var range: Range<UInt64>
    }

    /// Of 1 MiB each: more than one stream's read-ahead, less than the cache.
    private static let most = 24
    private let queue = BoundedQueue<Job>(capacity: most)
    private let waiting = Atomic<Int>(0)
    private let threads = Mutex<[WorkerThread<Void, Never>]>([])

    init(threads count: Int, _ body: @escaping @Sendable (Job) -> Void) throws(SystemCallError) {
        let queue = queue
        for number in 0..<count {
            let thread = try WorkerThread<Void, Never>("ahead-\(number)") { [weak self] in
                while let job = queue.pop() {
                    self?.waiting.subtract(1, ordering: .relaxed)
                    body(job)
                }
            }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Never waits.
    func offer(_ job: Job) {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.most else {
            waiting.subtract(1, ordering: .relaxed)
            return
        }
        queue.push(job)
    }

    func stop(waiting: Bool) {
        queue.close(discarding: true)
        guard waiting else { return }
        for thread in threads.withLock({ $0 }) { thread.join() }
    }
}

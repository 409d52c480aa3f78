import LinuxSystem
import Repository
import Synchronization

/// Rolls up beside the writer, as a server does, on a thread of its own.
final class RollUpThread: Sendable {
    private let isDone = Atomic<Bool>(false)
    private let failure = Mutex<RepositoryError?>(nil)
    private let thread = Mutex<WorkerThread<Void, RepositoryError>?>(nil)

    init(_ repository: Repository) {
        do {
            let worker = try WorkerThread<Void, RepositoryError>("roll-up") { [self] () throws(RepositoryError) in
                do throws(RepositoryError) { try work(repository) } catch {
                    failure.withLock { $0 = error }
                    throw error
                }
            }
            thread.withLock { $0 = worker }
        } catch { fatalError("no thread: \(error)") }
    }

    private func work(_ repository: Repository) throws(RepositoryError) {
        let publisher = try HistoryPublisher(try repository.timeline(of: Generator.host))
        while true {
            let wasDone = isDone.load(ordering: .acquiring)
            try publisher.refresh()
            let steps = try RollUp(publisher, program: "synthetic-month").run()
            if steps == 0, wasDone { return }
            if steps == 0 { Clocks.sleep(nanoseconds: 20_000_000) }
        }
    }

    /// Throws what stopped the thread.
    func check() throws {
        if let error = failure.withLock({ $0 }) { throw error }
    }

    func finish() throws {
        isDone.store(true, ordering: .releasing)
        try thread.withLock { $0 }?.join()
    }
}

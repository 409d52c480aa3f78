internal import CLinuxShim
internal import Glibc
internal import Synchronization

/// A dedicated thread (`pthread_create(3)`) that runs one closure: the data path blocks in the kernel and must not
/// occupy the threads of Swift concurrency.
package final class WorkerThread<Value: Sendable, Failure: Error>: Sendable {
    private let outcome: Outcome<Value, Failure>
    private let handle: Mutex<pthread_t?>

    /// Starts at once. `name` shows in `ps -L` and is cut to 15 bytes.
    package init(_ name: String, _ body: @escaping @Sendable () throws(Failure) -> Value) throws(SystemCallError) {
        let outcome = Outcome<Value, Failure>()
        let start = ThreadStart(name: name) {
            let result: Result<Value, Failure>
            do throws(Failure) { result = .success(try body()) } catch { result = .failure(error) }
            outcome.result.withLock { $0 = result }
        }
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(start)
        let number = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard number == 0 else {
            argument.release()
            throw SystemCallError(call: "pthread_create", number: number, path: name)
        }
        self.outcome = outcome
        handle = Mutex(thread)
    }

    deinit {
        if let thread = handle.withLock({ $0 }) { pthread_detach(thread) }
    }

    /// Waits for the end of the closure and gives its value or its error; again the same when called again.
    package func join() throws(Failure) -> Value {
        handle.withLock { thread in
            if let running = thread { pthread_join(running, nil) }
            thread = nil
        }
        guard let result = outcome.result.withLock({ $0 }) else {
            preconditionFailure("a joined thread left no result")
        }
        return try result.get()
    }
}

/// For a thread that the kernel reads and writes storage through: short of memory, it must not wait for itself (prctl(2),
/// `PR_SET_IO_FLUSHER`).
package func announceStorageThread() {
    // Without the right to it everything still works while there is memory.
    _ = linux_serve_storage()
}

private final class Outcome<Value: Sendable, Failure: Error>: Sendable {
    let result = Mutex<Result<Value, Failure>?>(nil)
}

private final class ThreadStart: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    func run() {
        // The name is for people who look at the process; a thread without it works as well.
        String(decoding: name.utf8.prefix(15), as: UTF8.self).withCString { linux_name_thread($0) }
        body()
    }
}

import Glibc
import LinuxSystem
import RescueConsole
import Synchronization

/// What worker threads tell the main thread; a byte in a pipe wakes it.
final class Mailbox: Sendable {
    private let waiting = Mutex<[(result: ConsoleResult, ticket: Int)]>([])
    /// Both ends live as long as the program.
    let readEnd: Int32
    private let writeEnd: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemCallError(call: "pipe", number: errno, path: "mailbox") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    func post(_ result: ConsoleResult, ticket: Int) {
        waiting.withLock { waiting in
            // Of progress only the newest counts.
            if case .progress = result, case .progress = waiting.last?.result, waiting.last?.ticket == ticket {
                waiting.removeLast()
            }
            waiting.append((result, ticket))
        }
        var byte: UInt8 = 1
        // A full pipe has woken the reader already.
        _ = write(writeEnd, &byte, 1)
    }

    func takeAll() -> [(result: ConsoleResult, ticket: Int)] {
        var bytes = [UInt8](repeating: 0, count: 512)
        while read(readEnd, &bytes, bytes.count) > 0 {}
        return waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}

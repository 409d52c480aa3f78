import Progress
import Recovery
import Repository
import Synchronization

/// The progress line of work whose threads report on their own: retries come from the threads that wait.
final class SharedProgressLine: Sendable {
    private struct State {
        var line: ProgressLine
        var phase: RestorePhase?
    }

    private let state: Mutex<State>

    init(isQuiet: Bool) { state = Mutex(State(line: ProgressLine(isQuiet: isQuiet))) }

    /// A line of its own, above the progress.
    func say(_ text: String) {
        state.withLock { state in
            state.line.finish()
            Terminal.printError(text)
        }
    }

    func show(_ progress: RestoreProgress) {
        state.withLock { state in
            if state.phase != progress.phase {
                state.phase = progress.phase
                state.line.reset()
            }
            state.line.update(
                done: progress.done, total: progress.total, what: progress.phase.text,
                details: ", \(Quantity.bytes(progress.fetched)) fetched")
        }
    }

    func show(_ progress: VerificationProgress) {
        state.withLock { state in
            state.line.update(done: progress.bytesDone, total: progress.bytesTotal, what: "Verifying")
        }
    }

    func show(_ progress: PruneProgress) {
        state.withLock { state in
            switch progress {
            case .thinning(let host, let done, let total):
                state.line.say("Thinning out \(host): \(done) of \(total) states")
            case .marking(let objects): state.line.say("Looking for what is in use: \(objects) objects")
            }
        }
    }

    func finish() { state.withLock { $0.line.finish() } }
}

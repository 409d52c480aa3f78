import Answers
import LinuxSystem
import RepositoryFormat
import RescueConsole
import Synchronization

/// A restore without a person: fetches the answer file beside the menu, then answers the menu from it, and leaves what came of it
/// in `unattended.json`.
struct UnattendedRun {
    private enum State {
        case fetching
        case driving(Autopilot)
        case over
    }

    private let fetched: Fetched
    private let configuration: RescueConfiguration
    private let worker: RequestWorker
    private let directory: String
    private var state = State.fetching

    private final class Fetched: Sendable {
        let result = Mutex<Result<AnswerFile, UnattendedResult>?>(nil)
    }

    init(_ location: String, _ configuration: RescueConfiguration, _ worker: RequestWorker, directory: String) {
        self.configuration = configuration
        self.worker = worker
        self.directory = directory
        fetched = Fetched()
        Terminal.log("unattended: answers from \(location)")
        do {
            _ = try WorkerThread<Void, Never>("answers") { [fetched] in
                var result = AnswerSource(location).answers(access: worker.currentAccess)
                if case .success(let answers) = result, !answers.network.isEmpty {
                    do { try worker.network.add(answers.network) } catch {
                        result = .failure(
                            UnattendedResult(.network, "The network cannot be set: \(error)", host: answers.host))
                    }
                }
                fetched.result.withLock { $0 = result }
            }
        } catch {
            fetched.result.withLock { $0 = .failure(UnattendedResult(.noAnswers, "\(error)")) }
        }
    }

    mutating func step(_ session: RescueSession) -> Autopilot.Step {
        switch state {
        case .over: return .idle
        case .fetching: return begin(session)
        case .driving(var pilot):
            let step = pilot.step(session)
            state = .driving(pilot)
            if case .ended(let result) = step { write(result) }
            return step
        }
    }

    private mutating func begin(_ session: RescueSession) -> Autopilot.Step {
        guard let result = fetched.result.withLock({ $0 }) else { return .wait }
        switch result {
        case .failure(let failure): return end(failure)
        case .success(let answers):
            do {
                try worker.useAccess(
                    token: answers.repository.token ?? configuration.token,
                    fingerprint: answers.repository.fingerprint ?? configuration.fingerprint)
            } catch { return end(UnattendedResult(.badAnswers, "\(error)", host: answers.host)) }
            state = .driving(Autopilot(answers))
            return step(session)
        }
    }

    private mutating func end(_ result: UnattendedResult) -> Autopilot.Step {
        state = .over
        write(result)
        return .ended(result)
    }

    mutating func hear(_ lines: [String]) {
        guard case .driving(var pilot) = state else { return }
        pilot.hear(lines)
        state = .driving(pilot)
    }

    /// Somebody typed; nil when it was over already.
    mutating func takenOver() -> UnattendedResult? {
        let message = "An operator took over."
        switch state {
        case .over: return nil
        case .fetching:
            let result = UnattendedResult(.interrupted, message)
            _ = end(result)
            return result
        case .driving(var pilot):
            let step = pilot.end(.interrupted, message)
            state = .over
            guard case .ended(let result) = step else { return nil }
            write(result)
            return result
        }
    }

    private static func path(_ directory: String) -> String { "\(directory)/unattended.json" }

    /// Whether one has, on any console.
    static func hasEnded(_ directory: String) -> Bool { Files.exists(path(directory)) }

    /// One line of a log, for programs.
    static func line(of result: UnattendedResult) -> String {
        var short = result
        // A report of many lines is in report.txt.
        short.message = String(result.message.prefix(400)).replacing("\n", with: " ")
        return "LIFEBOAT-UNATTENDED " + String(decoding: encodeJSONLine(short).dropLast(), as: UTF8.self)
    }

    private func write(_ result: UnattendedResult) {
        do { try Files.write(encodeJSON(result), to: Self.path(directory)) } catch {
            Terminal.log("unattended.json: \(error)")
        }
    }
}

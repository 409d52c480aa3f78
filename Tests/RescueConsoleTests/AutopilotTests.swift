import Answers
import Inventory
import RescueConsole
import Testing

/// An answer file drives the same session that an operator drives, and stops at whatever it does not answer.
@Suite("Restores without a person")
struct AutopilotTests {
    /// The program's side: what it answers to each request.
    private struct Program {
        var hosts = [Samples.web01, Samples.db]
        var targets = [Samples.second, Samples.target]
        var sources = [Samples.source(0)]
        var plan = ["Restore of web01", "  reads 1 GiB"]
        var openFails: String?
        var planRefused: String?
        var isBusy = false
        /// What a restore brings, one after the other.
        var restore: [ConsoleResult] = [.report(JobReport(.finished, ["Verified: yes"], isProved: true))]
        var kernel = ConsoleResult.kernelLoaded("Debian GNU/Linux")
    }

    private struct Flight {
        var session = RescueSession(RescueConfiguration(repository: Samples.address, console: "ttyS0"))
        var pilot: Autopilot
        var program: Program
        var typed: [String] = []
        var confirmed: [String] = []
        var selection: RestoreSelection?
        var results: [UnattendedResult] = []
        var ended: ConsoleAction?
        private var waiting: (ConsoleRequest, Int)?

        init(_ answers: AnswerFile, _ program: Program = Program()) {
            pilot = Autopilot(answers)
            self.program = program
            take(session.handle(.started()))
        }

        private mutating func take(_ actions: [ConsoleAction]) {
            for action in actions {
                switch action {
                case .say(let lines), .progress(_, let lines): pilot.hear(lines)
                case .perform(let request, let ticket): waiting = (request, ticket)
                case .reboot, .powerOff, .startKernel: ended = action
                case .answer, .show, .stop, .logOut: break
                }
            }
        }

        /// Until nothing more happens.
        mutating func run() {
            for _ in 0..<200 where ended == nil {
                switch pilot.step(session) {
                case .type(let line):
                    typed.append(line)
                    take(session.handle(.line(line, now: Samples.now)))
                case .ended(let result): results.append(result)
                case .idle: return
                case .wait:
                    guard let (request, ticket) = waiting else { return }
                    if let result = answer(request) { take(session.handle(.result(result, ticket: ticket))) }
                }
            }
        }

        private mutating func answer(_ request: ConsoleRequest) -> ConsoleResult? {
            switch request {
            case .lookForOtherConsole: return program.isBusy ? .busy(["Restore of db on tty1"]) : .free
            case .openRepository: return program.openFails.map { .failed($0) } ?? .repositoryOpened(program.hosts)
            case .loadKernel: return program.kernel
            case .loadTimeline: return .timelineLoaded(Samples.moments(3))
            case .listDisks: return .disksListed(sources: program.sources, targets: program.targets)
            case .preparePlan: return program.planRefused.map { .refused($0) } ?? .planReady(program.plan)
            case .restore(let selection, let confirmations):
                self.selection = selection
                confirmed = confirmations
                return program.restore.isEmpty ? nil : program.restore.removeFirst()
            default: return nil
            }
        }
    }

    private static let answers = AnswerFile(host: "web01", disks: [.init(source: 0, target: "TARGET-123456")])

    private func stop(_ answers: AnswerFile, _ program: Program = Program()) throws -> UnattendedResult {
        var flight = Flight(answers, program)
        flight.run()
        #expect(flight.confirmed.isEmpty, "nothing may be restored")
        try #require(flight.results.count == 1, "\(flight.results) \(flight.typed)")
        #expect(!flight.results[0].wroteAnything && !flight.results[0].isSuccess)
        return flight.results[0]
    }

    @Test("goes the way of an operator to the end, and reboots")
    func whole() {
        var answers = Self.answers
        answers.afterSuccess = .reboot
        var flight = Flight(answers)
        flight.run()
        #expect(flight.typed == ["1", Samples.address, "web01", "latest", "0=1", "yes", "TARGET-123456", "r"])
        #expect(flight.confirmed == ["TARGET-123456"])
        #expect(flight.results.map(\.code) == [.restored])
        #expect(flight.results.first?.moment == "2026-11-22T17:00:00Z" && flight.results.first?.host == "web01")
        #expect(flight.ended == .reboot)
    }

    @Test(
        "says how it shall be restored", arguments: [(true, false, false), (false, true, true), (false, false, false)])
    func ways(exact: Bool, grow: Bool, fit: Bool) {
        var answers = Self.answers
        (answers.isExact, answers.grows, answers.fits) = (exact, grow, fit)
        answers.time = "2h"
        var flight = Flight(answers)
        flight.run()
        #expect(flight.selection?.adapts == !exact && flight.selection?.grows == grow && flight.selection?.fits == fit)
        #expect(flight.selection?.moment.time == Samples.now - 2 * Samples.hour)
        #expect(flight.ended == nil && flight.results.count == 1, "it stays in the menu")
    }

    @Test("disks are left out, and each target is confirmed")
    func severalDisks() {
        var answers = Self.answers
        answers.disks = [
            .init(source: 0, target: "654321"), .init(source: 1, target: nil), .init(source: 2, target: "123456"),
        ]
        var program = Program()
        program.sources = (0..<3).map { Samples.source($0) }
        var flight = Flight(answers, program)
        flight.run()
        #expect(flight.confirmed == ["654321", "123456"])
        #expect(flight.selection?.mapping.map(\.source) == [0, 2])
        #expect(flight.selection?.mapping.map(\.target.path) == ["/dev/sdb", "/dev/sda"])
    }

    @Test("stops before anything is written, with the reason")
    func stops() throws {
        var answers = Self.answers
        answers.host = "web02"
        #expect(try stop(answers).code == .host)
        answers = Self.answers
        answers.time = "3d"
        let moment = try stop(answers)
        #expect(moment.code == .moment && moment.message.contains("no moment at or before"))
        answers.time = "yesterday"
        #expect(try stop(answers).code == .moment)
        var program = Program()
        program.openFails = "There is no server at 192.0.2.10."
        let repository = try stop(Self.answers, program)
        #expect(repository.code == .repository && repository.message == program.openFails)
        program = Program()
        program.isBusy = true
        #expect(try stop(Self.answers, program).code == .busy)
        program = Program()
        program.planRefused = "The target is too small. Nothing was written."
        let plan = try stop(Self.answers, program)
        #expect(plan.code == .disks && plan.message == program.planRefused)
    }

    @Test(
        "a disk that is not there, fits twice, is not answered, is none of the moment's or cannot be written stops it",
        arguments: [0, 1, 2, 3, 4])
    func disks(number: Int) throws {
        var answers = Self.answers
        var program = Program()
        let words: String
        switch number {
        case 0: (program.targets, words) = ([Samples.second], "names no disk")
        case 1:
            program.targets.append(Samples.disk("/dev/sdc", serial: "OTHER-123456"))
            answers.disks[0].target = "123456"
            words = "names no disk"
        case 2: (program.sources, words) = ([Samples.source(0), Samples.source(1)], "does not say where disk 1 goes")
        case 3:
            answers.disks.append(.init(source: 4, target: nil))
            words = "has no disk 4"
        default:
            program.targets = [Samples.disk("/dev/sda", serial: "TARGET-123456", roles: [.rescueMedium])]
            words = "cannot be a target"
        }
        let result = try stop(answers, program)
        #expect(result.code == .disks && result.message.contains(words), "\(result)")
    }

    @Test("a warning of the plan stops it, unless the file accepts warnings")
    func warning() throws {
        var program = Program()
        program.plan.append("  Warning: web01 still answers at 192.0.2.7.")
        let result = try stop(Self.answers, program)
        #expect(result.code == .warning && result.message.contains("web01 still answers"))
        var answers = Self.answers
        answers.acceptsWarnings = true
        var flight = Flight(answers, program)
        flight.run()
        #expect(flight.results.map(\.code) == [.restored])
    }

    @Test("divides a disk among targets, each confirmed by the answer that names it")
    func divides() {
        var answers = AnswerFile(
            host: "web01",
            disks: [.init(source: 0, target: "SECOND-654321"), .init(source: 0, target: "TARGET-123456")])
        answers.splits = true
        var flight = Flight(answers)
        flight.run()
        #expect(flight.typed.contains("split 0=0 0=1"), "\(flight.typed)")
        #expect(flight.confirmed == ["SECOND-654321", "TARGET-123456"])
        #expect(flight.selection?.splits == true)
    }

    @Test("starts the restored system at once, where that can be; else it reboots")
    func kexec() {
        var answers = Self.answers
        answers.afterSuccess = .kexec
        for (isProved, loaded, end, last) in [
            (true, ConsoleResult.kernelLoaded("Debian"), ConsoleAction.startKernel, "k"),
            (true, .failed("It is Xen."), .reboot, "r"), (nil, .kernelLoaded("Debian"), .reboot, "r"),
        ] as [(Bool?, ConsoleResult, ConsoleAction, String)] {
            var program = Program()
            program.restore = [.report(JobReport(.finished, ["Verified"], isProved: isProved))]
            program.kernel = loaded
            var flight = Flight(answers, program)
            flight.run()
            #expect(flight.ended == end && flight.typed.last == last)
        }
    }

    @Test("what was not proved, or failed, is no success: the machine goes the other way")
    func failures() {
        var answers = Self.answers
        (answers.afterSuccess, answers.afterFailure) = (.reboot, .powerOff)
        for (report, code, wrote) in [
            (JobReport(.finished, ["Verified"], isProved: false), UnattendedResult.Code.notProved, true),
            (JobReport(.failed, ["The disk is gone."]), .failed, true),
            (JobReport(.failed, ["Nothing was written."], wroteAnything: false), .failed, false),
            (JobReport(.stopped, ["Stopped."]), .failed, true),
        ] {
            var program = Program()
            program.restore = [.report(report)]
            var flight = Flight(answers, program)
            flight.run()
            #expect(flight.results.map(\.code) == [code] && flight.results[0].wroteAnything == wrote)
            #expect(flight.ended == .powerOff)
        }
        // Also where nothing was begun: by the main menu, which asks whether another console works.
        var stopped = answers
        stopped.host = "nobody"
        var flight = Flight(stopped)
        flight.run()
        #expect(flight.results.map(\.code) == [.host] && flight.ended == .powerOff)
        var program = Program()
        program.isBusy = true
        flight = Flight(stopped, program)
        flight.run()
        #expect(flight.results.map(\.code) == [.busy] && flight.ended == nil, "not while another console works")
    }

    @Test("each container is asked for with each passphrase once; none that fits leaves it locked")
    func passphrases() {
        var answers = Self.answers
        answers.passphrases = ["one", "two"]
        var question = Samples.question
        var program = Program()
        program.restore = [.passphraseWanted(question)]
        question.isRepeated = true
        program.restore += [.passphraseWanted(question), .passphraseWanted(question)]
        program.restore += [.passphraseWanted(PassphraseQuestion(container: "partition 4"))]
        program.restore += [.report(JobReport(.finished, ["Verified"], isProved: true))]
        var flight = Flight(answers, program)
        flight.run()
        #expect(flight.typed.suffix(4) == ["one", "two", "", "one"])
        #expect(flight.results.map(\.code) == [.restored])
    }

    @Test("the menu does not say that nothing starts by itself where something may")
    func said() {
        var configuration = RescueConfiguration()
        let promise = "Nothing starts by itself"
        #expect(Operator(configuration).transcript.contains(promise))
        configuration.answers = "/etc/lifeboat/answers.toml"
        let told = Operator(configuration).transcript
        #expect(!told.contains(promise) && told.contains("AN ANSWER FILE WAS GIVEN"))
        var session = RescueSession(configuration)
        _ = session.handle(.started(StartUp(nil)))
        #expect(session.awaitsUnattended)
        let drawn = "\(session.unattendedEnded())"
        #expect(drawn.contains("run is over") && !session.awaitsUnattended, "\(drawn)")
    }

    @Test("an operator who takes over ends it once")
    func takenOver() {
        var flight = Flight(Self.answers)
        #expect(flight.pilot.step(flight.session) == .type("1"))
        guard case .ended(let result) = flight.pilot.end(.interrupted, "An operator took over.") else {
            Issue.record("it must end")
            return
        }
        #expect(result.code == .interrupted)
        flight.run()
        #expect(flight.typed.isEmpty && flight.results.isEmpty)
    }
}

package import Answers
internal import Inventory

/// Answers the screens of a session from an answer file, as an operator would, and stops at the first one that it has no
/// unambiguous answer for. A value: it sees what an operator sees and knows no terminal.
package struct Autopilot: Sendable {
    package enum Step: Hashable, Sendable {
        case type(String)
        /// Something is under way.
        case wait
        /// It is over, said once; the session stays where it is, for an operator to go on, unless a power answer follows.
        case ended(UnattendedResult)
        /// Nothing more comes.
        case idle
    }

    private enum Place: Hashable {
        case mainMenu, repository, hosts, moments, disks, plan, confirm(Int), passphrase, report, start, power, leaving
        case other
    }

    private let answers: AnswerFile
    private var answered: Place?
    private var complaint: String?
    private var moment: String?
    private var passphrases: ArraySlice<String>
    private var container: String?
    private var result: UnattendedResult?
    private var triesStart = false

    package init(_ answers: AnswerFile) {
        self.answers = answers
        passphrases = answers.passphrases[...]
    }

    /// Hands over what the session says beside its screens.
    package mutating func hear(_ lines: [String]) {
        for line in lines {
            if line.hasPrefix("! ") {
                complaint = String(line.dropFirst(2))
            } else if complaint != nil, line.hasPrefix("  ") {
                // The rest of a wrapped line.
                complaint? += " " + line.drop { $0 == " " }
            }
        }
    }

    /// What is to be done now.
    package mutating func step(_ session: RescueSession) -> Step {
        if result != nil { return leave(session) }
        if case .passphrase(let screen) = session.top { return unlock(screen.question) }
        guard !session.isWaiting else { return .wait }
        switch session.top {
        case .mainMenu: return type("1", at: .mainMenu, .interrupted)
        case .busy(let screen): return stop(.busy, screen.lines.joined(separator: " "))
        case .repository(let screen): return choose(screen)
        case .hosts(let screen): return choose(screen)
        case .moments: return type(answers.time, at: .moments, .moment)
        case .disks(let screen): return choose(screen)
        case .plan(let screen): return judge(screen)
        case .confirm(let screen): return confirm(screen)
        case .report(let screen): return judge(screen.report)
        default: return stop(.interrupted, "The menu shows \"\(session.title)\", which no answer leads to.")
        }
    }

    /// An operator, or what happened outside of the menu, ends it.
    package mutating func end(_ code: UnattendedResult.Code, _ message: String) -> Step {
        result == nil ? stop(code, message) : .idle
    }

    /// After the end: to reboot or power off, as the file says, through the menu's own questions.
    private mutating func leave(_ session: RescueSession) -> Step {
        let after = result?.isSuccess == true ? answers.afterSuccess : answers.afterFailure
        guard after != .menu, !session.isJobRunning else { return .idle }
        guard !session.isWaiting else { return .wait }
        let (place, line): (Place, String) =
            switch session.top {
            // What cannot be started from here is started by its firmware.
            case .report(let screen) where after == .kexec && screen.offersStart && !triesStart: (.start, "k")
            case .report: (.report, after == .powerOff ? "p" : "r")
            case .power: (.power, "yes")
            case .mainMenu: (.leaving, after == .powerOff ? "6" : "5")
            default: (.other, "menu")
            }
        // Something is in the way, such as another console that works: an operator's.
        guard answered != place else { return .idle }
        answered = place
        if place == .start { triesStart = true }
        return .type(line)
    }

    private mutating func type(_ line: String, at place: Place, _ code: UnattendedResult.Code) -> Step {
        // The same screen again: the answer did not fit.
        guard answered != place else { return stop(code, complaint ?? "The answer \"\(line)\" led nowhere.") }
        answered = place
        complaint = nil
        return .type(line)
    }

    private mutating func stop(_ code: UnattendedResult.Code, _ message: String) -> Step {
        let result = UnattendedResult(code, message, host: answers.host, moment: moment)
        self.result = result
        return .ended(result)
    }

    private mutating func choose(_ screen: RepositoryScreen) -> Step {
        guard let address = answers.repository.address ?? screen.preset else {
            return stop(.repository, "Neither the answer file nor the boot parameters name a repository.")
        }
        return type(address, at: .repository, .repository)
    }

    private mutating func choose(_ screen: HostScreen) -> Step {
        guard screen.hosts.contains(where: { $0.name == answers.host }) else {
            return stop(.host, "The repository has no host \"\(answers.host)\".")
        }
        return type(answers.host, at: .hosts, .host)
    }

    private mutating func choose(_ screen: DiskScreen) -> Step {
        moment = screen.selection.moment.text
        let wishes = [("fit", answers.fits), ("combine", answers.combines), ("split", answers.splits)]
        var words = wishes.filter(\.1).map(\.0)
        if let missing = screen.sources.first(where: { source in
            !answers.disks.contains { $0.source == source.number }
        }) {
            return stop(.disks, "The answer file does not say where disk \(missing.number) goes.")
        }
        for answer in screen.sources.flatMap({ source in answers.disks.filter { $0.source == source.number } }) {
            guard let wanted = answer.target else {
                words.append("\(answer.source)=-")
                continue
            }
            let others = screen.targets.map(\.target)
            let fitting = screen.targets.indices.filter {
                screen.targets[$0].target.matches(confirmation: wanted, among: others) == .yes
            }
            guard fitting.count == 1 else {
                let present = screen.targets.map { $0.target.description }.joined(separator: ", ")
                return stop(
                    .disks,
                    "\"\(wanted)\" names \(fitting.isEmpty ? "no disk" : "several disks") of this machine; it has "
                        + "\(present.isEmpty ? "none" : present).")
            }
            words.append("\(answer.source)=\(fitting[0])")
        }
        if let extra = answers.disks.first(where: { disk in !screen.sources.contains { $0.number == disk.source } }) {
            return stop(.disks, "The moment has no disk \(extra.source), which the answer file names.")
        }
        return type(words.joined(separator: " "), at: .disks, .disks)
    }

    private mutating func judge(_ screen: PlanScreen) -> Step {
        let warnings = screen.lines.filter { $0.hasPrefix(Self.warning) }.map { $0.dropFirst(Self.warning.count) }
        guard warnings.isEmpty || answers.acceptsWarnings else {
            return stop(.warning, "The plan warns: " + warnings.joined(separator: " "))
        }
        return type(answers.isExact ? "exact" : answers.grows ? "grow" : "yes", at: .plan, .plan)
    }

    /// As `RestorePlan.text` begins such a line.
    private static let warning = "  Warning: "

    private mutating func confirm(_ screen: ConfirmScreen) -> Step {
        let chosen = screen.selection.targets[screen.position]
        let wanted = answers.disks.filter { $0.source == chosen.sources.first }.compactMap(\.target)
        let others = screen.present.map(\.target)
        // Of a disk that is divided the answer that names this target.
        let named =
            wanted.count == 1
            ? wanted[0]
            : wanted.first {
                chosen.target.target.matches(confirmation: $0, among: others) == .yes
            }
        guard complaint == nil, let target = named else {
            return stop(.confirmation, complaint ?? "\(chosen.target.path) is not a target in the answer file.")
        }
        return type(target, at: .confirm(screen.position), .confirmation)
    }

    /// Each passphrase once for each container; then the container stays locked.
    private mutating func unlock(_ question: PassphraseQuestion) -> Step {
        if question.container != container { (container, passphrases) = (question.container, answers.passphrases[...]) }
        answered = .passphrase
        return .type(passphrases.popFirst() ?? "")
    }

    private mutating func judge(_ report: JobReport) -> Step {
        let message = report.lines.joined(separator: "\n")
        let code: UnattendedResult.Code =
            report.outcome != .finished ? .failed : report.isProved != false ? .restored : .notProved
        let result = UnattendedResult(
            code, message, wroteAnything: report.wroteAnything, host: answers.host, moment: moment)
        self.result = result
        return .ended(result)
    }
}

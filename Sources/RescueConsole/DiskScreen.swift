internal import BlockDevices
internal import Inventory

/// Screen 4: which disk of the moment goes to which disk of this machine.
struct DiskScreen: Sendable {
    enum Choice { case mapping([DiskMapping], Wishes), lookAgain, details([String]) }

    /// Words in front of the mapping.
    struct Wishes: Hashable, Sendable {
        var fits = false
        var combines = false
        var splits = false

        /// Whether it was one.
        mutating func take(_ word: some StringProtocol) -> Bool {
            switch word.lowercased() {
            case "fit": fits = true
            case "combine": combines = true
            case "split": splits = true
            default: return false
            }
            return true
        }
    }

    let selection: RestoreSelection
    let sources: [DiskDescription]
    let targets: [PresentDisk]
    let proposals: [DiskProposal]
    /// What is done without being told to: an interrupted restore did.
    private let continuedWishes: Wishes
    /// The disks are only read: what a target must not be does not matter.
    private let compares: Bool
    /// Why there may be no target; asked for where there is none.
    let absence: [String]
    private var pages: Pages

    /// More disks than this are listed in one line each.
    private static let described = 4

    init(
        selection: RestoreSelection, sources: [DiskDescription], targets: [PresentDisk], absence: [String] = [],
        compares: Bool = false
    ) {
        self.compares = compares
        self.absence = absence
        self.selection = selection
        self.sources = sources
        self.targets = targets
        let continued = ContinuedMapping(of: selection, among: targets)
        continuedWishes = continued.wishes
        let others = targets.filter { disk in !continued.targets.values.joined().contains { $0.path == disk.path } }
        let proposed =
            compares
            ? sources.map { Self.counterpart(of: $0, among: targets) }
            : DiskInventory.proposeMapping(sources: sources, targets: others)
        proposals = proposed.flatMap { proposal in
            continued.targets[proposal.source]?.map {
                DiskProposal(source: proposal.source, target: $0, reason: "continues the interrupted restore")
            } ?? [proposal]
        }
        pages = Pages(count: targets.count, length: targets.count > Self.described ? 12 : Self.described)
    }

    /// The only disk that could hold it, where there is just one.
    private static func counterpart(of source: DiskDescription, among targets: [PresentDisk]) -> DiskProposal {
        let fitting = targets.filter { $0.roles.isEmpty && $0.geometry.sizeInBytes >= source.sizeInBytes }
        return fitting.count == 1
            ? DiskProposal(source: source.number, target: fitting[0], reason: "the only disk that is large enough")
            : DiskProposal(
                source: source.number, target: nil, reason: "several could be it, or none: look at what is on them")
    }

    var text: ScreenText {
        var lines = ["FROM: the disks of \(selection.host) at \(selection.moment.text)"]
        lines += sources.map(DiskTexts.source)
        if targets.isEmpty {
            lines += [""] + DiskTexts.noDisks(absence, isAny: false)
        } else {
            lines += ["TO: the disks of this machine"]
            lines += pages.shown.flatMap { number in
                targets.count > Self.described
                    ? [DiskTexts.short(targets[number], number: number)] : described(number)
            }
            if targets.count > Self.described { lines.append(pages.hint) }
            if !compares, targets.allSatisfy({ !$0.obstacles.isEmpty }) {
                lines += DiskTexts.noDisks(absence, isAny: true)
            }
            lines += [isProposed || compares ? "Proposal (FROM=TO):" : "Possible (FROM=TO):"] + proposals.map(line)
        }
        lines += ["", help]
        return ScreenText("choose the disks", lines, prompt: "Disks")
    }

    private var isProposed: Bool { proposals.contains { $0.target != nil && !$0.isPossibleOnly } }

    private func described(_ number: Int) -> [String] {
        DiskTexts.present(targets[number], number: number) + (compares ? [] : obstacles(targets[number]))
    }

    private var help: String {
        if compares {
            return
                "NOTHING IS WRITTEN: 0=1 compares disk 0 of the moment with disk 1 of this machine (0=- leaves it out). "
                + "d 0 describes a disk of this machine, s 0 one of the moment. r looks again. back or menu leaves."
        }
        let take = isProposed ? "Enter takes the proposal, or type your own: " : "Type "
        return targets.isEmpty
            ? "r looks again. back or menu leaves."
            : take + "0=1 (0=- leaves disk 0 out). "
                + "d 0 describes a disk of this machine, s 0 one of the moment. r looks again. back or menu leaves. "
                + "help tells of smaller disks (fit), several onto one (combine), one onto several (split)."
    }

    /// What "help" says on this screen.
    static let shapes = [
        "fit 0=1 moves and shrinks the partitions of disk 0 where disk 1 is smaller; fit alone does so with the proposal. "
            + "The files of an xfs, which cannot shrink, are copied into a smaller one.",
        "combine 0=1 1=1 puts disks 0 and 1 behind one another on disk 1.",
        "split 0=1 0=2 divides disk 0 among disks 1 and 2, where its last partition is LVM's.",
        "Each is worked out and checked first, which may take minutes; the plan shows it before anything is written.",
    ]

    private func line(_ proposal: DiskProposal) -> String {
        let number = proposal.target.flatMap { target in targets.firstIndex { $0.path == target.path } }
        let pair = "\(proposal.source)=\(number.map { "\($0)" } ?? "?")"
        let price = proposal.isPossibleOnly && !compares ? ". IT IS ERASED if you type \(pair)" : ""
        return "  \(pair)  \(proposal.reason)\(price)"
    }

    mutating func answer(_ line: String) -> Answer<Choice> {
        if line.lowercased() == "r" { return .take(.lookAgain) }
        if let turned: Answer<Choice> = pages.turn(line) { return turned }
        if let details = details(line) { return details }
        var chosen: [Int: [PresentDisk?]] = [:]
        var words = line.split(whereSeparator: { $0 == " " || $0 == "," })[...]
        var wishes = Wishes()
        while let wish = words.first, wishes.take(wish) { words.removeFirst() }
        for word in words {
            switch pair(String(word)) {
            case .success(let (source, target)): chosen[source, default: []].append(target)
            case .failure(let problem): return .complaint(problem.text)
            }
        }
        for (source, targets) in chosen where targets.count > 1 && (!wishes.splits || targets.contains(nil)) {
            return .complaint(
                "Disk \(source) is named twice: split before it divides it among several, where it is LVM's.")
        }
        if wishes.splits, !chosen.values.contains(where: { $0.count > 1 }) {
            return .complaint("split wants a disk that has several targets: split 0=1 0=2.")
        }
        if line.isEmpty { wishes = continuedWishes }
        return complete(chosen, wishes)
    }

    /// "d 3", "s 0".
    private func details(_ line: String) -> Answer<Choice>? {
        let words = line.lowercased().split(separator: " ")
        guard words.count == 2, words[0] == "d" || words[0] == "s" else { return nil }
        if words[0] == "s" {
            guard let source = sources.first(where: { "\($0.number)" == words[1] }) else {
                return .complaint("There is no disk \"\(words[1])\" in this moment.")
            }
            return .take(.details(DiskTexts.details(source)))
        }
        guard let number = Int(words[1]), targets.indices.contains(number) else {
            return .complaint("There is no disk \"\(words[1])\" of this machine.")
        }
        return .take(.details(DiskTexts.details(targets[number], number: number) + obstacles(targets[number])))
    }

    private func obstacles(_ disk: PresentDisk) -> [String] {
        disk.obstacles.filter { !$0.hasPrefix("is in use") }.map { "     NO TARGET: it \($0)" }
    }

    private struct Problem: Error { let text: String }

    /// "0=2" or "0=-".
    private func pair(_ word: String) -> Result<(Int, PresentDisk?), Problem> {
        let sides = word.split(separator: "=", omittingEmptySubsequences: false)
        guard sides.count == 2, let source = Int(sides[0]) else {
            return .failure(Problem(text: "\"\(word)\" is not of the form 0=1 (FROM=TO) or 0=-."))
        }
        guard sources.contains(where: { $0.number == source }) else {
            return .failure(Problem(text: "There is no disk \(source) in this moment."))
        }
        if sides[1] == "-" { return .success((source, nil)) }
        guard let number = Int(sides[1]), targets.indices.contains(number) else {
            return .failure(
                Problem(text: "There is no disk \"\(sides[1])\" of this machine: see the numbers under TO."))
        }
        return .success((source, targets[number]))
    }

    /// What was typed, and the proposal for what was not.
    private func complete(_ typed: [Int: [PresentDisk?]], _ wishes: Wishes) -> Answer<Choice> {
        var mapping: [DiskMapping] = []
        for source in sources.map(\.number) {
            let proposed = proposals.filter { $0.source == source }
            if typed[source] == nil, !compares, let target = proposed.first(where: \.isPossibleOnly)?.target {
                return .complaint(
                    "\(target.target.description) is not empty (\(target.summary)). Name it, if it may be erased: "
                        + "\(source)=\(targets.firstIndex { $0.path == target.path } ?? 0)."
                )
            }
            for target in typed[source] ?? proposed.map(\.target) {
                guard let target else {
                    if typed[source] != nil { continue }
                    return .complaint(
                        "Disk \(source) has no target: type \(source)=N, or \(source)=- to leave it out.")
                }
                if let why = objection(to: target, for: source, mapping, wishes) { return .complaint(why) }
                mapping.append(DiskMapping(source: source, target: target))
            }
        }
        return mapping.isEmpty
            ? .complaint("Every disk is left out: nothing to \(compares ? "compare" : "restore").")
            : .take(.mapping(mapping, wishes))
    }

    private func objection(
        to target: PresentDisk, for source: Int, _ mapping: [DiskMapping], _ wishes: Wishes
    ) -> String? {
        if let other = mapping.first(where: { $0.target.path == target.path }) {
            if other.source == source { return "\(target.path) is named twice for disk \(source)." }
            if !wishes.combines {
                return
                    "Disks \(other.source) and \(source) cannot both go to \(target.path): name a target for each, or combine before it."
            }
        }
        guard !compares, let obstacle = target.obstacles.first else { return nil }
        return "\(target.target.description) cannot be a target: it \(obstacle)."
    }
}

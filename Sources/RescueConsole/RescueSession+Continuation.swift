internal import Repository
internal import RepositoryFormat

// "Continue the interrupted restore": the way through repository, host and moment without questions, where these can be had.
extension RescueSession {
    /// The program has looked at the disks, while anything may have happened on the screen.
    mutating func found(_ interrupted: InterruptedRestore?) -> [ConsoleAction] {
        guard case .mainMenu(let before) = stack[0], before.interrupted != interrupted else { return [] }
        changeMainMenu { $0.interrupted = interrupted }
        // Where something is asked or under way the main menu comes up later, and says it then.
        guard stack.count == 1, pending == nil, interrupted != nil else { return [] }
        return [.say(["... A disk of this machine tells of an interrupted restore"])] + showTop()
    }

    /// Nobody else works on the disks. An address that a disk names is opened by itself only where no other was given, and no
    /// token could reach a stranger by it.
    mutating func continueRestore() -> [ConsoleAction] {
        guard let note = continuation?.note else { return showTop() }
        if configuration.repository == nil { configuration.repository = note.repository }
        let screen = showRepository()
        guard sameTree(configuration.repository, note.repository),
            configuration.token == nil || isPreset(note.repository)
        else {
            return [.say(PlainText.wrap("! The interrupted restore read from \(note.repository)."))] + screen
        }
        return open(configuration.repository ?? note.repository)
    }

    /// Whether the machine was started with this address.
    private func isPreset(_ address: String) -> Bool { sameTree(presetRepository, address) }

    private func sameTree(_ one: String?, _ other: String) -> Bool {
        func plain(_ text: String) -> Substring { text.hasSuffix("/") ? text.dropLast() : text[...] }
        return one.map { plain($0) == plain(other) } == true
    }

    /// The repository's hosts; nil when no restore is being continued.
    mutating func continueWith(_ hosts: [HostChoice]) -> [ConsoleAction]? {
        guard let note = continuation?.note else { return nil }
        let screen = push(.hosts(HostScreen(hosts: hosts, preset: configuration.host)))
        guard let host = hosts.first(where: { $0.name == note.host && $0.moments > 0 }) else {
            continuation = nil
            return [.say(PlainText.wrap("! This repository has no moments of \(note.host)."))] + screen
        }
        return chosen(host)
    }

    /// The host's moments, oldest first; nil when no restore is being continued.
    mutating func continueWith(_ moments: [MomentChoice], isFollowed: Bool, of host: String) -> [ConsoleAction]? {
        guard let note = continuation?.note, note.host == host else { return nil }
        continuation = nil
        let screen = push(.moments(MomentScreen(host: host, moments: moments, isFollowed: isFollowed)))
        let repository = configuration.repository ?? ""
        if let moment = moments.first(where: { $0.position == note.position && $0.time == note.time }) {
            return listDisks(RestoreSelection(repository: repository, host: host, moment: moment))
        }
        if isFollowed {
            return perform(
                .findMoment(repository: repository, host: host, time: .position(note.position), now: note.time),
                saying: "Looking for the state of the interrupted restore")
        }
        let why = "\(host) as of \(Timestamp.text(ofNanoseconds: note.time)) is not in this repository any more."
        return [.say(PlainText.wrap("! \(why) Choose another moment: that restore begins anew."))] + screen
    }
}

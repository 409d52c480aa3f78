internal import Networking

/// Answers to the questions of the rescue menu, for a restore without a person (docs/answer-file.md). A TOML document.
package struct AnswerFile: Hashable, Sendable {
    /// What the file is for; nil where that does not matter. All that are given must fit the machine that reads it.
    package struct Machine: Hashable, Sendable {
        package var serial: String?
        package var uuid: String?
        package var mac: String?

        package init(serial: String? = nil, uuid: String? = nil, mac: String? = nil) {
            self.serial = serial
            self.uuid = uuid
            self.mac = mac
        }
    }

    package struct Repository: Hashable, Sendable {
        /// URL or directory; nil takes what the image was started with.
        package var address: String?
        package var token: String?
        package var fingerprint: String?

        package init(address: String? = nil, token: String? = nil, fingerprint: String? = nil) {
            self.address = address
            self.token = token
            self.fingerprint = fingerprint
        }
    }

    /// Where one disk of the moment goes.
    package struct Disk: Hashable, Sendable {
        package var source: Int
        /// What confirms the target: serial, WWN, the last six characters of one or more, or "SIZE MODEL". nil leaves the disk out.
        package var target: String?

        package init(source: Int, target: String?) {
            self.source = source
            self.target = target
        }
    }

    /// `kexec` starts the restored system at once, without firmware and boot loader; where that cannot be, it is `reboot`.
    package enum After: String, Hashable, Sendable, CaseIterable {
        case reboot, kexec
        case powerOff = "power-off"
        case menu

        /// When there is nothing to be started.
        package static let afterFailure = allCases.filter { $0 != kexec }
    }

    /// Of this document.
    private static let format = 1

    package var machine = Machine()
    /// Lines of network settings, put into force before the repository is asked for.
    package var network: [String] = []
    package var repository = Repository()
    package var host: String
    /// As it is typed in the menu: "latest", an age, a time.
    package var time = "latest"
    package var disks: [Disk]
    /// Every block as the moment has it: the system is not made to fit this machine.
    package var isExact = false
    package var grows = false
    package var fits = false
    /// Disks with the same target are put behind one another on it.
    package var combines = false
    /// A disk with several targets is divided among them.
    package var splits = false
    /// Go on although the plan warns.
    package var acceptsWarnings = false
    package var passphrases: [String] = []
    /// When the disks are restored and the system is proved to start (or nothing was to be proved).
    package var afterSuccess = After.menu
    /// In every other case; also when it stopped before the first write.
    package var afterFailure = After.menu

    package init(host: String, disks: [Disk]) {
        self.host = host
        self.disks = disks
    }

    /// Throws for what is no TOML, lacks something, or has a key that is not known.
    package init(toml text: String) throws(AnswerError) {
        var document = try AnswerTable(toml: text)
        guard try document.number("format") == Self.format else {
            throw document.wrong("format", "must be \(Self.format): this program knows no other")
        }
        var machine = try document.table("machine")
        self.machine = Machine(
            serial: try machine.text("serial"), uuid: try machine.text("uuid"), mac: try machine.text("mac"))
        try machine.end()
        var network = try document.table("network")
        self.network = try Self.network(&network)
        var repository = try document.table("repository")
        self.repository = Repository(
            address: try repository.text("address"), token: try repository.text("token"),
            fingerprint: try repository.text("fingerprint"))
        try repository.end()
        var restore = try document.table("restore")
        guard let host = try restore.text("host") else { throw restore.missing("host") }
        self.host = host
        time = try restore.text("at") ?? time
        isExact = try restore.flag("exact")
        grows = try restore.flag("grow")
        fits = try restore.flag("fit")
        combines = try restore.flag("combine")
        splits = try restore.flag("split")
        acceptsWarnings = try restore.flag("accept-warnings")
        passphrases = try restore.texts("passphrases")
        disks = try restore.tables("disk").map { (table) throws(AnswerError) in try Disk(table) }
        guard !disks.isEmpty else { throw restore.missing("disk") }
        if isExact, grows { throw restore.wrong("grow", "does not go with exact") }
        let doubled = Dictionary(grouping: disks, by: \.source).first { _, answers in
            answers.count > 1 && (!splits || answers.contains { $0.target == nil })
        }
        if let doubled { throw restore.wrong("disk", "names source \(doubled.key) twice") }
        try restore.end()
        var after = try document.table("after")
        afterSuccess = try Self.after(&after, "success", After.allCases)
        afterFailure = try Self.after(&after, "failure", After.afterFailure)
        try after.end()
        try document.end()
    }

    private static func network(_ table: inout AnswerTable) throws(AnswerError) -> [String] {
        let lines = try table.texts("settings")
        var settings = NetworkSettings()
        for line in lines {
            do throws(NetworkError) { try settings.add(line) } catch {
                throw table.wrong("settings", "has \"\(line)\": \(error)")
            }
        }
        try table.end()
        return lines
    }

    private static func after(
        _ table: inout AnswerTable, _ key: String, _ choices: [After]
    ) throws(AnswerError) -> After {
        guard let text = try table.text(key) else { return .menu }
        guard let known = After(rawValue: text), choices.contains(known) else {
            throw table.wrong(key, "must be \(choices.map(\.rawValue).joined(separator: ", "))")
        }
        return known
    }
}

extension AnswerFile.Disk {
    fileprivate init(_ table: AnswerTable) throws(AnswerError) {
        var table = table
        guard let source = try table.number("source") else { throw table.missing("source") }
        self.source = source
        target = try table.text("target")
        let isLeftOut = try table.flag("leave-out")
        guard isLeftOut == (target == nil) else {
            throw table.wrong("target", "or leave-out = true must be given, and not both")
        }
        try table.end()
    }
}

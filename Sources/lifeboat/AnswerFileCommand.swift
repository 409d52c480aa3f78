import Answers
import ArgumentParser
import Inventory
import LinuxSystem
import Repository
import RepositoryFormat

struct AnswerFileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer-file",
        abstract: "Writes the answer file for a restore by the rescue image without a person.",
        discussion: """
            The file is a plan: which host, which moment, which disk of it goes to which disk of the machine that is restored. The \
            moment is looked up, and every disk of it must be answered: --disk SOURCE=IDENTITY with what confirms the target there \
            (serial, WWN, or the last 6 characters or more; "SIZE MODEL" for a disk without), SOURCE=/dev/… for a disk of this \
            machine, whose identity is taken, or SOURCE=- to leave it out. ALL THAT IS ON THESE TARGETS IS ERASED, without a question.

            The rescue image takes the file from the kernel command line (lifeboat.answers=http://…/{serial}.toml; {serial}, \
            {uuid} and {mac} stand for the machine's), or holds it (scripts/build-iso --answers FILE). It stops before the first \
            write at whatever it has no unambiguous answer for, and says why as one line of JSON (docs/answer-file.md).

            A token is written into the file: keep it as you keep the token.

            Example:
              lifeboat answer-file web01 --repository http://backup:8080 --disk 0=S5XYZ123456 --after reboot > web01.toml
              lifeboat answer-file db01 --repository https://backup:8443 --token-file t --fingerprint … --disk 0=/dev/sda --disk 1=-

            \(ExitStatus.help)
            """)

    @OptionGroup var view: ViewOptions

    @Option(
        help: ArgumentHelp(
            "How the machine that is restored reaches the repository (default: as --repository).", valueName: "location"
        ))
    var address: String?

    @Option(
        name: .customLong("disk"), parsing: .singleValue,
        help: ArgumentHelp("Which disk goes where; once per disk of the moment.", valueName: "source=target"))
    var disks: [String] = []

    @Flag(help: "Leave the system as the moment has it, without fitting it to the machine.")
    var exact = false

    @Flag(help: "Let the last partition of a larger disk, and what it holds, grow.")
    var grow = false

    @Flag(help: "Move and shrink partitions where a target is smaller.")
    var fit = false

    @Flag(help: "Put disks with the same target behind one another on it.")
    var combine = false

    @Flag(help: "Divide a disk that has several targets among them.")
    var split = false

    @Flag(help: "Go on although the plan warns.")
    var acceptWarnings = false

    @Option(help: ArgumentHelp("Only for the machine with this serial.", valueName: "serial"))
    var serial: String?

    @Option(help: ArgumentHelp("Only for the machine with this UUID (DMI).", valueName: "uuid"))
    var uuid: String?

    @Option(help: ArgumentHelp("Only for the machine with a network card of this address.", valueName: "address"))
    var mac: String?

    @Option(
        help: ArgumentHelp(
            "When the system is restored and proved: reboot, kexec, power-off or menu.", valueName: "what"))
    var after = AnswerFile.After.menu

    @Option(help: ArgumentHelp("In every other case: reboot, power-off or menu.", valueName: "what"))
    var onFailure = AnswerFile.After.menu

    @Option(
        name: .customLong("output"),
        help: ArgumentHelp(
            "Where the file goes, readable by its owner only (default: standard output).", valueName: "file"))
    var output: String?

    func validate() throws {
        guard !disks.isEmpty else { throw ValidationError("At least one --disk SOURCE=TARGET is needed.") }
        guard AnswerFile.After.afterFailure.contains(onFailure) else {
            throw ValidationError("--on-failure must be reboot, power-off or menu.")
        }
        guard !(exact && grow) else { throw ValidationError("--grow does not go with --exact.") }
        _ = try disks.map(Self.parts)
    }

    func run() throws {
        let moment = try view.open(disk: nil)
        var answers = AnswerFile(host: moment.host, disks: try disks.map(Self.answer))
        let known = Set(moment.disks.map { Int($0.number) })
        for disk in answers.disks where !known.contains(disk.source) {
            throw ValidationError(
                "--disk \(disk.source)=…: \(moment.host) has no disk \(disk.source) at \(moment.timeText).")
        }
        for number in known.sorted() {
            let count = answers.disks.filter { $0.source == number }.count
            if count == 1 || split && count > 1 { continue }
            throw ValidationError(
                "Disk \(number) of \(moment.host) needs one --disk \(number)=TARGET, or \(number)=- to leave it out.")
        }
        answers.repository = AnswerFile.Repository(
            address: address ?? moment.location, token: try view.repository.access.secret(),
            fingerprint: view.repository.access.fingerprint)
        answers.machine = AnswerFile.Machine(serial: serial, uuid: uuid, mac: mac)
        answers.time = view.time
        answers.isExact = exact
        answers.grows = grow
        answers.fits = fit
        answers.combines = combine
        answers.splits = split
        answers.acceptsWarnings = acceptWarnings
        answers.afterSuccess = after
        answers.afterFailure = onFailure
        guard let output else { return Terminal.print(String(answers.text.dropLast())) }
        try Files.remove(output)
        let file = try FileDescriptor(output, [.write, .createNew], mode: 0o600)
        try file.write(Array(answers.text.utf8), at: 0)
        try file.synchronize()
    }

    private static func parts(_ text: String) throws -> (source: Int, target: String) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let source = UInt16(parts[0]) else {
            throw ValidationError(
                "--disk \(text): give SOURCE=IDENTITY, such as 0=S5XYZ123456, or 0=- to leave it out.")
        }
        return (Int(source), String(parts[1]))
    }

    private static func answer(_ text: String) throws -> AnswerFile.Disk {
        let (source, target) = try parts(text)
        if target == "-" { return AnswerFile.Disk(source: source, target: nil) }
        guard target.hasPrefix("/dev/") else { return AnswerFile.Disk(source: source, target: target) }
        let present = DiskInventory.present(includingLoopDevices: true)
        let path = try Files.realPath(target)
        guard let disk = present.first(where: { $0.path == path }) else {
            throw ValidationError("--disk \(text): there is no disk \(target) on this machine.")
        }
        return AnswerFile.Disk(
            source: source, target: disk.target.serial ?? disk.target.wwn ?? disk.target.sizeAndModel)
    }
}

extension AnswerFile.After: ExpressibleByArgument {}

import ArgumentParser
import LinuxSystem
import Progress
import Recovery
import Repository
import RepositoryFormat

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Writes the disks of a host, as they were at a moment, to disks or image files.",
        discussion: """
            SOURCE is a disk's number on the timeline (0, 1, …), TARGET a device or an image file (made when it is missing). \
            Nothing is written before the plan passed its checks and every target was confirmed by its identity: IDENTITY, \
            once per target, is a device's serial or WWN, or its last 6 characters or more if that is unambiguous among the \
            disks present; for an image file its path as given; for a device without serial its size in bytes and model. \
            --dry-run prints the plan and what to type.

            A disk that is not named is not restored. An md array whose members lie on it comes back degraded, or not at all: the plan \
            says which.

            Several disks that are given the same TARGET are refused; with --combine the partitions of the others are put behind \
            those of the first one named, which keeps its places, its table and its boot loader. Partitions keep their sizes and \
            their UUIDs; a disk without partitions becomes one.

            A disk that is given several TARGETs is refused; with --split it is divided among them, in their order, where its last \
            partition is an LVM physical volume: the first target takes what lies in front of that and as many of its extents as have \
            room, each further one gets a partition with those that follow. Volumes and UUIDs stay; the group then needs all of the \
            disks. Done and checked before the first write, as with --fit.

            The plan warns of other disks of this machine that have the identities of the restored ones (an old disk, a clone).

            "latest" prefers a state with frozen file systems, or after a clean shutdown, to one that is up to a minute newer, \
            and the plan says so. \(TimeExpression.help)

            A target that is smaller than the disk is refused; with --fit its partitions are moved and made smaller where what is \
            used fits: ext2, ext3 and ext4 shrink, swap is made anew with its UUID and label, the files of an xfs are copied into a \
            new, smaller one (which reads them all once more). In an LVM physical volume, whose group must lie on it alone, the \
            same is done to linear logical volumes, and all extents move together. Everything else keeps its size. All of that is done and checked before the first write to the target, also by --dry-run, and what \
            changes lies in --scratch meanwhile. It needs root, e2fsck, resize2fs, mkswap, mkfs.xfs, xfs_repair, lvm.

            An interrupted restore is continued by running it again: what is right already is not written again. Where nobody knows \
            what it was, as after a power cut, --continue reads that from the disks: until a restore is complete, each of its targets \
            says at its start which host, which moment and which disk it becomes. What it says is shown, and confirmed as ever; an \
            address is not taken from there.

            Example:
              lifeboat restore web01 --repository http://backup:8080 --at 2h --disk 0=/dev/nvme0n1 --dry-run
              lifeboat restore web01 --repository http://backup:8080 --at 2h --disk 0=/dev/nvme0n1 --confirm S5XYZ1
              lifeboat restore --continue /dev/nvme0n1 --repository http://backup:8080 --confirm S5XYZ1

            \(ExitStatus.help)
            """)

    @Argument(help: "The host's name.")
    var host: String?

    @OptionGroup var repository: RepositoryOptions

    @Option(
        name: .customLong("at"), help: ArgumentHelp("The moment: the newest at or before this time.", valueName: "time")
    )
    var time = "latest"

    @Option(
        name: .customLong("disk"),
        help: ArgumentHelp("Which disk goes where; once per disk.", valueName: "source=target"))
    var disks: [String] = []

    @Option(
        name: .customLong("continue"),
        help: ArgumentHelp(
            "Go on with the interrupted restore to this target; once per target, instead of HOST, --at and --disk.",
            valueName: "target"))
    var continued: [String] = []

    @Flag(help: "Move and shrink the partitions where a target is smaller.")
    var fit = false

    @Option(
        help: ArgumentHelp(
            "With --fit, --split: where what changes lies until it is written (default: /var/tmp).",
            valueName: "directory"))
    var scratch: String?

    @Flag(help: "Put disks with the same target behind one another on it.")
    var combine = false

    @Flag(help: "Divide a disk that has several targets among them.")
    var split = false

    @Flag(help: "Print the plan and write nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("What confirms a target; once per target.", valueName: "identity"))
    var confirm: [String] = []

    @Flag(name: .shortAndLong, help: "No progress.")
    var quiet = false

    @OptionGroup var output: JSONOption

    func validate() throws {
        _ = try TimeExpression.validated(time, option: "at")
        try validateContinuation()
        guard !disks.isEmpty || !continued.isEmpty else {
            throw ValidationError("At least one --disk SOURCE=TARGET is needed.")
        }
        _ = try disks.map(Self.assignment)
        guard fit || split || scratch == nil else {
            throw ValidationError("--scratch is of use with --fit and --split only.")
        }
        // Whether it can be looked at is what matters here.
        guard scratch.map({ (try? Files.status($0))?.kind == .directory }) != false else {
            throw ValidationError("--scratch \(scratch ?? ""): there is no such directory.")
        }
    }

    func run() throws {
        let line = SharedProgressLine(isQuiet: quiet)
        let repository: Repository
        let prepared: PreparedRestore
        do {
            repository = try self.repository.open { line.say("Connection lost, trying again: \($0.reason)") }
            prepared = try prepare(repository, line)
        } catch let error as RepositoryError { throw Self.beforeWriting(error) }
        if dryRun {
            output.print(prepared.plan) { "\($0.text)\nDry run: nothing was written." }
            return
        }
        if !output.isJSON { Terminal.print(prepared.plan.text) }
        (repository.store as? HTTPStore)?.setPatience(HTTPStore.restorePatience)
        let report = try prepared.run(confirmations: confirm) { line.show($0) }
        line.finish()
        prepared.rereadPartitions()
        output.print(report) { $0.text }
    }

    private func prepare(_ repository: Repository, _ line: SharedProgressLine) throws -> PreparedRestore {
        let notes = try notes()
        let timeline = try repository.timeline(of: notes.first?.note.host ?? host ?? "")
        let time = try TimeExpression.validated(time, option: "at")
        let moment =
            try notes.first.map { try timeline.moment(at: $0.note.position, time: $0.note.time) }
            ?? timeline.moment(at: time, now: Clocks.utcNanoseconds)
        let view = try View(repository, timeline: timeline, moment: moment)
        var request = RestoreRequest(view: view, mapping: try disks.map(Self.assignment) + notes.flatMap(\.assignments))
        if time == .latest, notes.isEmpty, let advice = try timeline.advice(onLatest: moment) {
            request.notes.append(advice)
        }
        let place = FitScratch(directory: scratch ?? "/var/tmp")
        if fit || notes.contains(where: \.note.fits) { request.fit = place }
        if split || notes.contains(where: { $0.note.part != nil }) { request.split = place }
        request.combines = combine || notes.contains { $0.note.combined.count > 1 }
        request.tell = { line.say($0) }
        return try Restore.prepare(request)
    }

    /// What the repository says of itself, with the state of the targets and what to do next.
    private static func beforeWriting(_ error: RepositoryError) -> RepositoryError {
        var error = error
        if !error.message.contains("Nothing was written.") { error.message += " Nothing was written." }
        if error.code == .damaged {
            error.message +=
                " Run \"lifeboat verify\" on the repository, or choose an earlier moment or another copy of it."
        }
        return error
    }

    private static func assignment(_ text: String) throws -> DiskAssignment {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let source = UInt32(parts[0]) else {
            throw ValidationError("--disk \(text): give SOURCE=TARGET, such as 0=/dev/sdb.")
        }
        return DiskAssignment(source: source, target: String(parts[1]))
    }
}

import ArgumentParser
import Drills
import LinuxSystem
import Recovery
import Repository
import RepositoryFormat

struct DrillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Starts a moment of a host in an emulated machine on other hardware, and sees whether it comes up.",
        discussion: """
            Nothing is restored: QEMU reads the disks from the repository, and all writes go to temporary overlays. The host is made \
            fit for the hardware as a restore would ("lifeboat help adapt"), then started apart from every network: its cards have \
            a link and reach nobody. The drill waits for the login prompt, on the first serial port or, where the host has no \
            console there, on the screen (read by tesseract). A screenshot and what the serial port said are kept, and the verdict \
            is stored with the moment: every list shows it. At a server that takes a capture or an admin token.

            --hardware is a list as "lifeboat adapt" takes it: firmware (bios, uefi, secure-boot), controller of the disks (nvme, \
            ahci, virtio-blk, virtio-scsi, megasas, usb), network cards (e1000e, vmxnet3, virtio-net, …; once for each card). What it \
            leaves out is: the host's own firmware, nvme, and an e1000e for each of its cards.

            Each --check is a shell command that the host runs when it is up (systemd, after multi-user.target); it holds when it \
            ends with status 0. Needs root, and the Debian packages qemu-system-x86, ovmf, nbdkit, libnbd-bin and fuse3.

            Example:
              lifeboat drill web01 --repository /srv/lifeboat --at 2h
              lifeboat drill web01 --repository /srv/lifeboat --hardware ahci,uefi --check 'systemctl is-active nginx'

            The host is up, with every check and every proof: 0; it is not: 1. \(ExitStatus.help)
            """)

    @OptionGroup var view: ViewOptions

    @Option(help: ArgumentHelp("The machine to start it on.", valueName: "list"))
    var hardware: String?

    @Option(
        name: .customLong("check"), help: ArgumentHelp("A command that must succeed in the host.", valueName: "command")
    )
    var checks: [String] = []

    @Option(help: ArgumentHelp("What the host says when it is up.", valueName: "text"))
    var expect = "login:"

    @Option(help: ArgumentHelp("How long the host may take to come up.", valueName: "seconds"))
    var timeout = 900

    @Option(help: ArgumentHelp("Memory of the machine.", valueName: "MiB"))
    var memory = 2_048

    @Option(help: ArgumentHelp("Processors of the machine.", valueName: "number"))
    var processors = 2

    @OptionGroup var passphrases: PassphraseOptions

    @Option(
        help: ArgumentHelp(
            "Where screenshot.png and serial.log go; by default a new directory below /var/lib/lifeboat/drills.",
            valueName: "directory"))
    var output: String?

    @Option(help: ArgumentHelp("kvm or tcg (emulated, slow); by default what works.", valueName: "accelerator"))
    var accelerator: String?

    @Flag(help: "Start it as it was captured, without making it fit for the hardware.")
    var asCaptured = false

    @Flag(help: "Leave the verdict out of the repository.")
    var noRecord = false

    @Flag(name: .shortAndLong, help: "Say only how it ended.")
    var quiet = false

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout takes 1 to 86400 seconds.") }
        guard (128...1 << 20).contains(memory) else { throw ValidationError("--memory takes 128 to 1048576 MiB.") }
        guard (1...64).contains(processors) else { throw ValidationError("--processors takes 1 to 64.") }
        guard [nil, "kvm", "tcg"].contains(accelerator) else {
            throw ValidationError("--accelerator takes kvm or tcg.")
        }
        guard !expect.isEmpty else { throw ValidationError("--expect needs a text.") }
        guard !asCaptured || checks.isEmpty else {
            throw ValidationError("--check puts the commands into the host, and --as-captured starts it as it is.")
        }
        if let hardware { _ = try Self.hardware(hardware, base: DrillHardware(of: nil)) }
    }

    func run() throws {
        guard asCaptured || RunningSystem.isRoot else {
            throw ViewError(
                ExitStatus.refused,
                "A drill mounts the host's file systems to make it fit, which takes root. Nothing was started. Run it as root, or "
                    + "with --as-captured.")
        }
        let moment = try view.open(disk: nil)
        // What the machine was only makes the drill better.
        let source = try? moment.view.machine()
        let hardware = try Self.hardware(hardware ?? "", base: DrillHardware(of: source))
        let servers = try moment.disks.map { try ServedDisk(moment, $0.number) }
        defer { extendLifetime(servers) }
        let directory = try PrivateDirectory(for: "drill")
        var request = Drill.Request(
            host: moment.host, moment: moment.timeText, position: moment.exactTime,
            disks: servers.map { ($0.number, $0.socket) }, hardware: hardware,
            output: try output ?? Self.freshOutput(moment), directory: directory.path)
        request.source = source
        request.isAdapted = !asCaptured
        request.memoryInMiB = memory
        request.processors = processors
        request.secondsOfPatience = timeout
        request.isAccelerated = accelerator.map { $0 == "kvm" }
        request.expected = expect
        request.checks = checks
        request.passphrases = try passphrases.known()
        var report = try Drill.run(request) { if !quiet { Terminal.printError($0) } }
        if !noRecord { report.isStored = record(report) }
        json.print(report) { $0.text }
        guard report.isPassed else { throw ExitCode(ExitStatus.failed) }
    }

    private static func hardware(_ list: String, base: DrillHardware) throws -> DrillHardware {
        do { return try DrillHardware(list, base: base) } catch { throw ValidationError("--hardware: \(error).") }
    }

    private static func freshOutput(_ moment: OpenedMoment) throws -> String {
        let time = Timestamp.text(ofNanoseconds: Clocks.utcNanoseconds).replacing(":", with: "-")
        // A host's name may hold anything.
        let name = moment.host.replacing("/", with: "_").trimmingPrefix { $0 == "." }
        let path = "/var/lib/lifeboat/drills/\(name)/\(time)"
        try Files.makeDirectories(path, mode: 0o700)
        return path
    }

    /// Says in the repository how it ended. A drill was made also where that cannot be written.
    private func record(_ report: DrillReport) -> Bool {
        do {
            let order = MarkOrder.drill(verdict: report.verdict.label, at: report.position)
            _ = try view.repository.open(writing: true).mark(host: report.host, order, program: Program.name)
            return true
        } catch {
            Terminal.printError("The verdict could not be stored: \(error)")
            return false
        }
    }
}

/// Owner of one server with one writable disk; several are held in one list.
private final class ServedDisk {
    let number: UInt32
    private let server: ViewServer

    var socket: String { server.socket }

    init(_ moment: OpenedMoment, _ number: UInt32) throws {
        self.number = number
        server = try ViewServer.start(moment, disk: number, ViewServer.Options(isWritable: true))
    }
}

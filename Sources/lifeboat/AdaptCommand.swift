import ArgumentParser
import Inventory
import LinuxSystem
import Recovery
import Repository
import RepositoryFormat

struct AdaptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapt",
        abstract: "Makes a restored system fit the machine that it shall start on, and proves that it starts.",
        discussion: """
            Finds the system on the disks (partitions, LVM, md, LUKS, btrfs), mounts it, and runs the steps in their order. Each \
            looks at what is there, decides, changes only what differs, and says what and why. Then every step proves anew what \
            must hold for the system to start. \(Self.stepHelp)

            A hibernation image is discarded. Guests of libvirt and Proxmox VE are compared with the machine: what it lacks for \
            them is a warning and no failure.

            Where no Linux is on the disks, Windows is looked for. Its drivers for the disk's controller are started at boot (in \
            its registry, offline), the fallback loader and the firmware's entry are made where they lack, and its boot \
            configuration is followed and never changed. Windows that is hibernated, fast start-up included, or was not shut \
            down is looked at only. It is not converted between BIOS and UEFI.

            A restore by the rescue image does this by itself. With --dry-run nothing is changed, not even a journal is replayed: \
            it says what would be changed, and whether the system would start as it is.

            Without --hardware the system is made to fit this machine. --hardware describes another one: firmware (bios, uefi, \
            secure-boot), controller of the disks (nvme, ahci, virtio-blk, virtio-scsi, megasas, usb) and network cards \
            (e1000e, vmxnet3, virtio-net, …; once for each card).

            Drivers that an initramfs lacks are added to it, which takes a second and no program of the restored system. To make that \
            lasting, its own tool (initramfs-tools, dracut, mkinitcpio) is told of them and makes the images anew once the system is \
            up, by a unit that then removes itself; with --rebuild-initramfs now, before drivers are added, with the system as root. \
            A tool that fails is a warning: what it left out is added all the same.

            --grow uses a larger disk: the last partition of each disk grows up to the end of the free room, and what it holds with \
            it: ext2/3/4, xfs, btrfs, an LVM physical volume. --grow-volume also gives all that is free in a volume group to one of \
            its logical volumes ("root": the one with the root file system) and its file system. File systems are checked before \
            and after. Swap, arrays (md) and what is not known are left alone; of a LUKS container only the partition grows. \
            Without --grow, room that nobody uses is only told of. Nothing is ever made smaller.

            LUKS containers are opened by a passphrase: from --passphrase-file (also from a pipe, with "-"), or typed at the terminal, \
            which does not show it. What none opens stays locked: nothing in it is adapted or proved. Passphrases stand in no report.

            What changes disks asks for each of them by its identity: --confirm, as in "lifeboat help restore".

            Example:
              lifeboat adapt --disk /dev/nvme0n1 --dry-run
              lifeboat adapt --disk restored.raw --hardware nvme,uefi,e1000e --confirm restored.raw
              lifeboat adapt --disk /dev/sda --grow --dry-run
              lifeboat adapt --disk /dev/sda --passphrase-file /run/web01.key --confirm S5XYZ1
              lifeboat adapt --disk /dev/sda --host web01 --repository http://backup:8080 --at 2h --confirm S5XYZ1

            Exit status 1 also when the system is not proved to start, or when growing failed. \(ExitStatus.help)
            """)

    private static let stepHelp =
        "The steps: cache, configuration, hibernation, network, initramfs, rebuild, bootloader, hypervisor, geometry; for Windows: "
        + "windows-drivers, windows-boot."

    @Option(
        name: .customLong("disk"), parsing: .singleValue,
        help: ArgumentHelp(
            "A disk that the system was restored to; once per disk, in the order of the source's.", valueName: "path"))
    var disks: [String] = []

    @Option(help: ArgumentHelp("The machine to fit instead of this one.", valueName: "list"))
    var hardware: String?

    @Option(
        help: ArgumentHelp("The host that was restored: its description says what its names meant.", valueName: "name"))
    var host: String?

    @Option(
        name: .customLong("repository"), help: ArgumentHelp("Where the host's description lies.", valueName: "location")
    )
    var location: String?

    @Option(name: .customLong("at"), help: ArgumentHelp("The moment that was restored.", valueName: "time"))
    var time = "latest"

    @OptionGroup var access: AccessOptions

    @Option(
        help: ArgumentHelp("UUID of the root file system, where several systems are on the disks.", valueName: "uuid"))
    var root: String?

    @Option(
        help: ArgumentHelp("A step that shall change nothing; its proofs are asked all the same.", valueName: "step"))
    var skip: [String] = []

    @Option(
        name: .customLong("nic"),
        help: ArgumentHelp("Which card takes a name, against the proposal; once per name.", valueName: "name=mac"))
    var nics: [String] = []

    @Flag(
        help: "Start without any network, for a try beside the machine that still runs; the report says how to lift it."
    )
    var quarantine = false

    @Option(
        help: ArgumentHelp(
            "When the system's own tool makes images anew that drivers were added to: now, first-boot or never.",
            valueName: "when"))
    var rebuildInitramfs = InitramfsRebuild.firstBoot

    @Flag(help: "Give file systems of fstab that are not on the disks the option nofail.")
    var nofailMissing = false

    @Flag(help: "Let the last partition of each disk, and what it holds, use the room behind it.")
    var grow = false

    @Option(
        help: ArgumentHelp(
            "The logical volume that gets what is free in its group: \"root\", or VG/LV. Includes --grow.",
            valueName: "volume"))
    var growVolume: String?

    @Flag(help: "Say what would be changed and what holds now; change nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("What confirms a disk; once per disk.", valueName: "identity"))
    var confirm: [String] = []

    @OptionGroup var passphrases: PassphraseOptions

    @OptionGroup var output: JSONOption

    func validate() throws {
        guard !disks.isEmpty else { throw ValidationError("At least one --disk is needed.") }
        guard (host == nil) == (location == nil) else {
            throw ValidationError("--host and --repository belong together.")
        }
        _ = try TimeExpression.validated(time, option: "at")
    }

    func run() throws {
        let targets = try AdaptationTargets(disks, repositoryAt: location)
        if !dryRun { try targets.confirm(confirm) }
        var machine = try TargetMachine.current(disks: disks)
        if let hardware {
            do { machine = try machine.described(as: hardware) } catch {
                throw ValidationError("--hardware: \(error).")
            }
        }
        var request = Adaptation.Request(machine: machine, source: try source())
        request.isDryRun = dryRun
        request.keyring = try passphrases.keyring()
        request.skipped = Set(skip)
        request.root = root
        request.isThisMachine = hardware == nil
        request.isQuarantined = quarantine
        request.rebuild = rebuildInitramfs
        request.marksMissingAsNoFail = nofailMissing
        request.interfaces = try interfaces()
        if grow || growVolume != nil { request.growth = Growth(logicalVolume: growVolume) }
        let steps = Adaptation.steps(for: request) + Adaptation.windowsSteps(for: request)
        for name in skip where !steps.contains(where: { $0.name == name }) {
            throw ValidationError("--skip \(name): there is no such step. \(Self.stepHelp)")
        }
        let report = try Adaptation.run(request)
        output.print(report) { $0.text }
        guard report.isProved, report.isComplete else { throw ExitCode(ExitStatus.failed) }
    }

    private func interfaces() throws -> [String: String] {
        var chosen: [String: String] = [:]
        for text in nics {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ValidationError("--nic \(text): give NAME=MAC, such as ens3=52:54:00:12:34:56.")
            }
            chosen[parts[0]] = parts[1]
        }
        return chosen
    }

    private func source() throws -> MachineDescription? {
        guard let host, let location else { return nil }
        let repository = try Repository.open(
            try StoreLocation.open(
                location, access: try access.access(), shouldStop: { Interruption.isRequested }, observer: { _ in }))
        let timeline = try repository.timeline(of: host)
        let moment = try timeline.moment(
            at: try TimeExpression.validated(time, option: "at"), now: Clocks.utcNanoseconds)
        return try repository.machine(of: moment, host: timeline.host.id)
    }
}

extension InitramfsRebuild: ExpressibleByArgument {}

import ArgumentParser
import BlockDevices
import Capture
import DiskImages
import Progress
import Repository

struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Reads whole disks into the repository as one moment of a host.",
        discussion: """
            Each DISK is a raw image file, a block device that nothing uses, or a qcow2, VHD, VHDX or VMDK image; their order \
            gives their numbers on the timeline (0, 1, …). Zeros and free space of file systems are left out; what the \
            repository holds already, of this or any other host, is not stored again.

            A capture that stops early leaves nothing visible; the next one uses what it stored.

            To a server only what it does not have is sent. It wants a token for this host ("lifeboat token add").

            Example:
              lifeboat capture --repository /srv/lifeboat --host web01 --label "before upgrade" /dev/sdb /dev/sdc

            \(ExitStatus.help)
            """)

    @OptionGroup var repository: RepositoryOptions

    @Option(help: ArgumentHelp("Name of the host; made known at its first capture.", valueName: "name"))
    var host: String

    @Option(help: ArgumentHelp("A note shown in every list.", valueName: "text"))
    var label = ""

    @Option(help: ArgumentHelp("zstd level, 1 to 19.", valueName: "level"))
    var level: Int32 = 3

    @Flag(name: .shortAndLong, help: "No progress.")
    var quiet = false

    @OptionGroup var output: JSONOption

    @Argument(help: ArgumentHelp("The disks.", valueName: "disk"))
    var disks: [String]

    func validate() throws {
        guard !disks.isEmpty else { throw ValidationError("At least one disk is needed.") }
        guard (1...19).contains(level) else { throw ValidationError("--level takes 1 to 19.") }
        guard label.utf8.count <= 255 else { throw ValidationError("--label takes at most 255 bytes.") }
    }

    func run() throws {
        let repository = try repository.open(writing: true) { Terminal.printError("Trying again: \($0.reason)") }
        let sources = try disks.map { try DiskImages.open($0) }
        let request = CaptureRequest(
            hostName: host, sources: sources, label: label, compressionLevel: level, program: Program.name)
        var line = ProgressLine(isQuiet: quiet)
        let report = try HostCapture.run(request, to: repository) { progress in
            line.update(
                done: progress.coveredBytes, total: progress.totalBytes, what: "disk \(progress.disk)",
                details: ", \(Quantity.bytes(progress.newBytes)) new, \(Quantity.bytes(progress.storedBytes)) stored")
        }
        line.finish()
        output.print(report, text: Self.text)
    }

    private static func text(_ report: CaptureReport) -> String {
        let notes = report.notes.map { "  \($0)\n" }.joined()
        let warnings = report.warnings.map { "  warning: \($0)\n" }.joined()
        return notes + warnings + """
            Captured \(report.host) at \(report.moment)\(report.label.isEmpty ? "" : " (\(report.label))").
              disks   \(Quantity.bytes(report.diskBytes))
              data    \(Quantity.bytes(report.dataBytes)) without zeros and free space
              new     \(Quantity.bytes(report.newBytes)) that the repository did not have
              stored  \(Quantity.bytes(report.storedBytes)) in \(report.newPacks) packs, maps and head
              time    \(Quantity.duration(seconds: report.seconds)), \
            \(Quantity.rate(Double(report.dataBytes) / max(report.seconds, 0.001))) of data
            """
    }
}

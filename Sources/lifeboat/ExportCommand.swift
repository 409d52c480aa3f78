import ArgumentParser
import LinuxSystem
import Progress
import Repository
import RepositoryFormat

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a disk of a host, as it was at a moment, as a disk image for virtual machines.",
        discussion: """
            The format is that of FILE's ending (\(ExportFormat.names)) or --format. Zeros and free space take no room. The \
            image is written by qemu-img from a view of the moment under a temporary name beside FILE, compared with the \
            moment, and only then given its name; no second copy is made on the way.

            Example:
              lifeboat export web01 --repository http://backup:8080 --at 2h --disk 0 --to web01.qcow2

            \(ExitStatus.help)
            """)

    @OptionGroup var view: ViewOptions

    @Option(help: ArgumentHelp("The disk's number (0, 1, …).", valueName: "number"))
    var disk: UInt32

    @Option(name: .customLong("to"), help: ArgumentHelp("The image file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("\(ExportFormat.names); by default what FILE's name ends in.", valueName: "format"))
    var format: ExportFormat?

    @Flag(help: "Replace FILE if it exists.")
    var force = false

    @Flag(help: "Do not compare the image with the moment.")
    var noVerify = false

    @Flag(name: .shortAndLong, help: "No progress.")
    var quiet = false

    @OptionGroup var output: JSONOption

    func validate() throws {
        guard !file.isEmpty, !file.hasSuffix("/") else { throw ValidationError("--to needs the name of a file.") }
        guard format != nil || ExportFormat(fileName: file) != nil else {
            throw ValidationError("--to \(file): its name says no format. Give --format: \(ExportFormat.names).")
        }
    }

    func run() throws {
        guard let format = format ?? ExportFormat(fileName: file) else { throw ValidationError("--format") }
        try checkTarget()
        let moment = try view.open(disk: disk, counted: true)
        let started = Clocks.monotonicNanoseconds
        var export = try ImageExport(moment, disk: moment.disks[0], file: file, format: format, isQuiet: quiet)
        try export.write()
        if !noVerify { try export.verify() }
        try export.publish(replacing: force)
        let seconds = Double(Clocks.monotonicNanoseconds - started) / 1e9
        output.print(
            Report(
                host: moment.host, moment: moment.timeText, disk: disk, diskBytes: moment.disks[0].sizeInBytes,
                dataBytes: moment.disks[0].dataSectors * 512, file: file, format: format.rawValue,
                fileBytes: try Files.status(file)?.allocatedBytes ?? 0, isVerified: !noVerify, seconds: seconds)
        ) { $0.text }
    }

    private func checkTarget() throws {
        let parent = Files.parent(of: file)
        guard try Files.status(parent)?.kind == .directory else {
            throw ViewError(ExitStatus.refused, "Cannot write \(file): \(parent) is no directory. Nothing was written.")
        }
        guard let status = try Files.status(file) else { return }
        guard status.kind == .regularFile else {
            throw ViewError(
                ExitStatus.refused,
                "\(file) is no file, and an export writes files only. Nothing was written. To fill a disk, use \"lifeboat "
                    + "restore\".")
        }
        guard force else {
            throw ViewError(
                ExitStatus.refused,
                "\(file) exists already. Nothing was written. Give another name, or --force to replace it.")
        }
    }

    /// What was done.
    struct Report: Encodable {
        var host: String
        var moment: String
        var disk: UInt32
        var diskBytes: UInt64
        var dataBytes: UInt64
        var file: String
        var format: String
        /// Room that the file takes.
        var fileBytes: UInt64
        var isVerified: Bool
        var seconds: Double

        var text: String {
            """
            Exported disk \(disk) of \(host), as it was at \(moment), to \(file).
              disk    \(Quantity.bytes(diskBytes)), \(Quantity.bytes(dataBytes)) of it data
              image   \(format), takes \(Quantity.bytes(fileBytes)), \(isVerified ? "compared with the moment" : "NOT compared with the moment")
              time    \(Quantity.duration(seconds: seconds))
            """
        }
    }
}

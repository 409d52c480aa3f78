import LinuxSystem
import Progress
import RepositoryFormat

/// One disk of a moment on its way into an image file: qemu-img reads the view, and the file gets its name last.
///
/// Whatever ends it before `publish`, no file of the final name was made, and the temporary one goes with the owner.
struct ImageExport: ~Copyable {
    private var server: ViewServer
    private let moment: OpenedMoment
    private let disk: DiskRecord
    private let file: String
    private let format: ExportFormat
    private let temporary: String
    private let tool: PrivateDirectory
    private var line: ProgressLine

    init(_ moment: OpenedMoment, disk: DiskRecord, file: String, format: ExportFormat, isQuiet: Bool) throws {
        let folder = try Files.realPath(Files.parent(of: file))
        let tool = try PrivateDirectory(for: "export")
        server = try ViewServer.start(moment, disk: disk.number, ViewServer.Options(keepsMessages: true))
        self.tool = tool
        self.moment = moment
        self.disk = disk
        self.file = file
        self.format = format
        // A colon before the first slash would be a protocol to QEMU.
        temporary = "\(folder)/.\(Files.lastComponent(of: file)).partial-\(RunningSystem.processID)"
        line = ProgressLine(isQuiet: isQuiet)
    }

    deinit {
        // After `publish` there is none; otherwise nobody can use it.
        _ = try? Files.remove(temporary)
    }

    /// Fills the temporary file, flushed to the medium.
    mutating func write() throws {
        let status = try run(
            [
                "convert", "-p", "-t", "writeback", "-f", "raw", "-O", format.rawValue, server.address(disk: nil),
                temporary,
            ],
            what: "Writing", total: disk.dataSectors * 512)
        guard status.isSuccess else { throw failure("Cannot write \(file)") }
    }

    /// Reads the temporary file back and compares it with the moment.
    mutating func verify() throws {
        let status = try run(
            ["compare", "-p", "-f", "raw", "-F", format.rawValue, server.address(disk: nil), temporary],
            what: "Verifying", total: disk.sizeInBytes)
        guard status != .exited(1) else {
            throw ViewError(
                ExitStatus.failed,
                "What was written to \(file) is not what the moment holds: \(said). It was removed. Check the medium.")
        }
        guard status.isSuccess else { throw failure("Cannot compare what was written to \(file) with the moment") }
    }

    /// Gives the file its name, durably.
    mutating func publish(replacing: Bool) throws {
        line.finish()
        try FileDescriptor(temporary).synchronize()
        if replacing {
            try Files.rename(temporary, to: file)
        } else if !(try Files.renameUnlessExists(temporary, to: file)) {
            throw ViewError(
                ExitStatus.refused, "\(file) was made by somebody else meanwhile. It was left as it is; export again.")
        }
        try Files.synchronizeDirectory(Files.parent(of: file))
    }

    /// Runs qemu-img to its end, showing what it says of its progress.
    private mutating func run(_ words: [String], what: String, total: UInt64) throws -> LinuxSystem.ExitStatus {
        line.reset()
        var process: ChildProcess
        do throws(SystemCallError) {
            process = try ChildProcess(
                ["qemu-img"] + words, output: .file("\(tool.path)/output"), errorOutput: .file("\(tool.path)/errors"))
        } catch {
            guard error.isNotFound else { throw error }
            throw ViewError(
                ExitStatus.failed,
                "Cannot write \(file): qemu-img is not installed. Nothing was written. Install the Debian package "
                    + "qemu-utils.")
        }
        while true {
            if let status = try process.poll() { return status }
            guard !Interruption.isRequested else {
                throw ViewError(ExitStatus.interrupted, "Interrupted: \(file) was not made.")
            }
            line.update(done: UInt64(share * Double(total)), total: total, what: what)
            Clocks.sleep(nanoseconds: 50_000_000)
        }
    }

    /// What qemu-img says last, "    (12.34/100%)", as a number from 0 to 1.
    private var share: Double {
        guard let text = Files.text(of: "\(tool.path)/output"), let open = text.lastIndex(of: "(") else { return 0 }
        return (Double(text[text.index(after: open)...].prefix { $0 != "/" }) ?? 0) / 100
    }

    private var said: String { Files.text(of: "\(tool.path)/errors") ?? "" }

    /// What the view said when it could not be read, or what qemu-img said.
    private func failure(_ what: String) -> ViewError {
        let (status, text) = server.said
        guard text.isEmpty else { return ViewError(status, "\(what): \(text) \(file) was not made.") }
        return ViewError(ExitStatus.failed, "\(what): \(said). It was not made.")
    }
}

import ArgumentParser
import LinuxSystem
import Repository
import RepositoryFormat

struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Offers the disks of a host, as they were at a moment, as block devices over NBD.",
        discussion: """
            Nothing is restored and nothing is copied: what a client reads is fetched, verified and kept for a while. Runs \
            nbdkit in the foreground until SIGINT or SIGTERM and removes the socket then. Each disk is an export by its \
            number; the one without a name is the first. With --writable writes go to a temporary overlay in TMPDIR or \
            /var/tmp and are LOST at the end; the repository never changes. What follows "--" goes to nbdkit as it is.

            Example:
              lifeboat attach web01 --repository /srv/lifeboat --at 2h --socket /run/web01.sock

            And then, in another terminal:
              nbdinfo --list 'nbd+unix:///?socket=/run/web01.sock'
              nbdfuse /mnt/disk0 'nbd+unix:///0?socket=/run/web01.sock'
              qemu-img convert 'nbd+unix:///0?socket=/run/web01.sock' disk0.qcow2
              guestfish --ro --format=raw -a 'nbd:///0?socket=/run/web01.sock' -i
              qemu-system-x86_64 -m 2048 -drive 'file=nbd+unix:///0?socket=/run/web01.sock,format=raw,if=virtio'
            (the last with --writable)

            \(ExitStatus.help)
            """)

    @OptionGroup var view: ViewOptions

    @Option(help: ArgumentHelp("Only this disk, by its number (0, 1, …); otherwise all.", valueName: "number"))
    var disk: UInt32?

    @Option(help: ArgumentHelp("Where the socket is made; it must not exist.", valueName: "path"))
    var socket: String

    @Flag(help: "Take writes, and lose them at the end.")
    var writable = false

    @Option(
        help: ArgumentHelp(
            "How much of what was read is kept in memory, from 16; by default an eighth of the memory, 64 to 1024.",
            valueName: "MiB"))
    var cache: Int?

    @OptionGroup var output: JSONOption

    @Argument(parsing: .postTerminator, help: ArgumentHelp("Further options of nbdkit.", valueName: "nbdkit option"))
    var nbdkit: [String] = []

    /// sockaddr_un has room for so many bytes and a zero.
    private static let longestSocketPath = 107

    func validate() throws {
        guard !socket.isEmpty else { throw ValidationError("--socket needs a path.") }
        guard (16...1 << 20).contains(cache ?? 16) else { throw ValidationError("--cache takes 16 to 1048576 MiB.") }
    }

    func run() throws {
        let socket = try freePath()
        let moment = try view.open(disk: disk)
        guard !writable || moment.disks.count == 1 else {
            throw ViewError(
                ExitStatus.refused,
                "\(view.host) has \(moment.disks.count) disks at \(moment.timeText), and one overlay takes the writes of "
                    + "one disk. Nothing was started. Give --disk, and attach each disk on a socket of its own.")
        }
        var server = try ViewServer.start(
            moment, disk: disk,
            ViewServer.Options(
                socket: socket, isWritable: writable, cacheInMiB: cache, arguments: nbdkit))
        output.print(Report(moment, socket: socket, isWritable: writable)) { $0.text }
        while !Interruption.isRequested {
            if let status = try server.poll() {
                throw ViewError(ExitStatus.failed, "nbdkit ended by itself (\(status)); the disks are gone.")
            }
            Clocks.sleep(nanoseconds: 50_000_000)
        }
        guard let status = try server.stop() else { return }
        if case .exited(let code) = status, code != 0 { throw ExitCode(code) }
    }

    /// The socket's absolute path. Refuses one that exists: another server may use it.
    private func freePath() throws -> String {
        let parent = Files.parent(of: socket)
        guard try Files.status(parent)?.kind == .directory else {
            throw ViewError(
                ExitStatus.refused, "Cannot make \(socket): \(parent) is no directory. Nothing was started.")
        }
        let path = try Files.realPath(parent) + "/" + Files.lastComponent(of: socket)
        guard !Files.exists(path) else {
            throw ViewError(
                ExitStatus.refused,
                "\(socket) exists already. Nothing was started. Remove it if no server uses it, or give another path.")
        }
        guard path.utf8.count <= Self.longestSocketPath else {
            throw ViewError(
                ExitStatus.refused,
                "\(path) is longer than a socket's path may be (\(Self.longestSocketPath) bytes). Nothing was started.")
        }
        return path
    }

    /// What is served, and where.
    struct Report: Encodable {
        struct Export: Encodable {
            var disk: UInt32
            var sizeInBytes: UInt64
            var uri: String
        }

        var host: String
        var moment: String
        var socket: String
        var isWritable: Bool
        var exports: [Export]

        init(_ moment: OpenedMoment, socket: String, isWritable: Bool) {
            host = moment.host
            self.moment = moment.timeText
            self.socket = socket
            self.isWritable = isWritable
            exports = moment.disks.map { disk in
                Export(
                    disk: disk.number, sizeInBytes: disk.sizeInBytes,
                    uri: ViewServer.address(socket: socket, disk: disk.number))
            }
        }

        var text: String {
            let disks = exports.map { "\n  disk \($0.disk)  \($0.uri)" }.joined()
            let writes =
                isWritable
                ? "\nWrites go to a temporary overlay and are lost when this ends; the repository never changes." : ""
            return "Serving \(host) as it was at \(moment), until Ctrl-C:\(disks)\(writes)"
        }
    }
}

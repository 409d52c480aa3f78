import LinuxSystem
import RepositoryFormat

/// Owner of one nbdkit that serves a moment by our plugin on a Unix socket. It ends with this process, however that ends.
struct ViewServer: ~Copyable {
    struct Options {
        /// Nil: in a private directory.
        var socket: String?
        var isWritable = false
        /// Whether what nbdkit says is kept for `said` instead of being shown.
        var keepsMessages = false
        /// Nil: as the plugin thinks right for this machine.
        var cacheInMiB: Int?
        /// Further words for nbdkit, before the plugin.
        var arguments: [String] = []
    }

    let socket: String
    // In this order they go: first the process, then its directory.
    private var process: ChildProcess
    private let directory: PrivateDirectory

    /// Beyond what an HTTP repository takes to say that it is not there.
    private static let patienceInNanoseconds: UInt64 = 60_000_000_000
    /// Nothing is lost with a server that does not end: it only reads.
    private static let graceInNanoseconds: UInt64 = 10_000_000_000

    /// Starts it; returns when it takes connections. Throws `ViewError` when it does not come to that.
    static func start(_ moment: OpenedMoment, disk: UInt32?, _ options: Options) throws -> ViewServer {
        var server = try ViewServer(moment, disk: disk, options)
        try server.waitUntilReady()
        return server
    }

    private init(_ moment: OpenedMoment, disk: UInt32?, _ options: Options) throws {
        let plugin = try NBDPluginFile.find()
        let directory = try PrivateDirectory(for: "view")
        let socket = options.socket ?? "\(directory.path)/nbd"
        var words = ["nbdkit", "--foreground", "--exit-with-parent", "--unix=\(socket)"]
        words += ["--pidfile=\(directory.path)/ready"] + options.arguments
        if options.isWritable { words.append("--filter=cow") } else { words.append("--readonly") }
        words += [plugin, "repository=\(moment.location)", "host=\(moment.host)", "at=\(moment.exactTime)"]
        if let disk { words.append("disk=\(disk)") }
        if let cache = options.cacheInMiB { words.append("cache=\(cache)") }
        let messages = options.keepsMessages ? ChildProcess.Output.file("\(directory.path)/messages") : .inherit
        let process = try Self.spawn(words, messages)
        self.socket = socket
        self.process = process
        self.directory = directory
    }

    private static func spawn(_ words: [String], _ messages: ChildProcess.Output) throws -> ChildProcess {
        do throws(SystemCallError) { return try ChildProcess(words, errorOutput: messages) } catch {
            guard error.isNotFound else { throw error }
            throw ViewError(
                ExitStatus.failed, "Cannot serve a moment: nbdkit is not installed. Install the Debian package nbdkit.")
        }
    }

    deinit {
        // nbdkit leaves its socket behind.
        _ = try? Files.remove(socket)
    }

    private mutating func waitUntilReady() throws {
        let start = Clocks.monotonicNanoseconds
        // nbdkit writes its process-id when it takes connections.
        while Files.text(of: "\(directory.path)/ready")?.isEmpty != false {
            if let status = try process.poll() {
                throw ViewError(said.status, "nbdkit ended (\(status)) before it served anything. \(said.text)")
            }
            guard !Interruption.isRequested else { throw ViewError(ExitStatus.interrupted, "Interrupted.") }
            guard Clocks.monotonicNanoseconds - start < Self.patienceInNanoseconds else {
                throw ViewError(ExitStatus.failed, "nbdkit did not serve anything within a minute.")
            }
            Clocks.sleep(nanoseconds: 5_000_000)
        }
    }

    /// How it ended, nil while it runs.
    mutating func poll() throws -> LinuxSystem.ExitStatus? { try process.poll() }

    /// Asks it to end, waits, and says how it ended; nil when it had to be killed.
    mutating func stop() throws -> LinuxSystem.ExitStatus? {
        process.terminate()
        let start = Clocks.monotonicNanoseconds
        while Clocks.monotonicNanoseconds - start < Self.graceInNanoseconds {
            if let status = try process.poll() { return status }
            Clocks.sleep(nanoseconds: 5_000_000)
        }
        return nil
    }

    /// The first error that it said and was kept, and the exit status that it stands for: the plugin puts the code first.
    var said: (status: Int32, text: String) {
        let lines = (Files.text(of: "\(directory.path)/messages") ?? "").split(separator: "\n")
        for line in lines {
            guard let mark = line.firstRange(of: "error: ") else { continue }
            let text = line[mark.upperBound...]
            let code = text.prefix { $0 != ":" }
            let status: Int32
            switch code {
            case "damaged": status = ExitStatus.damaged
            case "unreachable": status = ExitStatus.unreachable
            default: status = ExitStatus.failed
            }
            return (status, String(text))
        }
        return (ExitStatus.failed, lines.joined(separator: "\n"))
    }

    /// How others name one of its disks; nil is the default one.
    func address(disk: UInt32?) -> String { Self.address(socket: socket, disk: disk) }

    static func address(socket: String, disk: UInt32?) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        let escaped = socket.utf8.map { byte in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return "nbd+unix:///\(disk.map { "\($0)" } ?? "")?socket=\(escaped.joined())"
    }
}

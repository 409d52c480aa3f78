internal import BlockDevices
internal import LinuxSystem

/// Owner of one `qemu-nbd` that serves an image read-only on a socket in a private directory.
///
/// The process ends when its last connection closes (it is not `--persistent`), so also when this process dies; the
/// owner ends it by its id and removes the directory.
struct ImageServer: ~Copyable {
    // In this order they go: first the process, then its directory.
    private var process: ChildProcess
    private let directory: PrivateDirectory

    var socket: String { "\(directory.path)/nbd" }

    /// Starts the server; it listens a moment later.
    init(_ path: String, absolutePath: String, format: ImageFormat, connections: Int) throws(BlockDeviceError) {
        let directory = try Self.makeDirectory(for: path)
        let process = try Self.start(
            [
                "qemu-nbd", "--read-only", "--shared=\(connections)", "--socket=\(directory.path)/nbd",
                "--format=\(format.driver)", absolutePath,
            ], messages: Self.messages(in: directory.path), for: path)
        self.directory = directory
        self.process = process
    }

    private static func messages(in directory: String) -> String { "\(directory)/messages" }

    private static func makeDirectory(for path: String) throws(BlockDeviceError) -> PrivateDirectory {
        do throws(SystemCallError) { return try PrivateDirectory(for: "image") } catch {
            throw BlockDeviceError("Cannot make a directory for the server of \(path)", error)
        }
    }

    private static func start(
        _ arguments: [String], messages: String, for path: String
    ) throws(BlockDeviceError) -> ChildProcess {
        do throws(SystemCallError) { return try ChildProcess(arguments, errorOutput: .file(messages)) } catch {
            throw QemuImage.missing(path, arguments[0], error)
        }
    }

    /// What it wrote before it ended; nil while it runs.
    mutating func failure() throws(SystemCallError) -> String? {
        guard let status = try process.poll() else { return nil }
        let said = Files.text(of: Self.messages(in: directory.path)) ?? ""
        return said.isEmpty ? "\(status)" : said
    }
}

internal import LinuxSystem

/// Owner of one machine that QEMU emulates: power-on with it, plug pulled when it goes out of use.
package struct EmulatedMachine: ~Copyable {
    private var process: ChildProcess
    private let serial: LocalSocket
    private var control: MachineControl
    private let directory: String
    private var cleaner = ConsoleText()
    private let log: FileDescriptor
    private var logged: UInt64 = 0

    /// Powers it on. `directory` is this machine's own; `log` takes what its first serial port says, as it came.
    package init(_ plan: Plan, directory: String, log: String) throws {
        if let files = plan.firmwareFiles {
            for file in [files.code, files.variables] where !Files.exists(file) {
                throw DrillError(
                    .refused, "The drill needs UEFI firmware: \(file) is missing. Install the Debian package ovmf.")
            }
            try Files.replace("\(directory)/variables", with: try Files.contents(of: files.variables, limit: 16 << 20))
        }
        let logFile = try FileDescriptor(log, [.write, .create, .truncate])
        let messages = "\(directory)/messages"
        // Of a machine before this one, whose QEMU had no time to remove them.
        for name in ["serial", "control", "serial2"] { try Files.remove("\(directory)/\(name)") }
        var qemu = try Self.spawn(plan.arguments(in: directory), messages: messages)
        // QEMU waits for the serial port's reader before the machine runs: nothing is lost.
        let port = try Self.connect(&qemu, messages: messages) { try LocalSocket(connectingTo: "\(directory)/serial") }
        let connection = try Self.connect(&qemu, messages: messages) {
            try MachineControl.connect("\(directory)/control")
        }
        self.directory = directory
        self.log = logFile
        process = qemu
        serial = port
        control = connection
    }

    private static func spawn(_ words: [String], messages: String) throws -> ChildProcess {
        do throws(SystemCallError) { return try ChildProcess(words, errorOutput: .file(messages)) } catch {
            guard error.isNotFound else { throw error }
            throw DrillError(
                .refused, "A drill needs qemu-system-x86_64. Install the Debian package qemu-system-x86.", cause: error)
        }
    }

    private static func connect<Connection: ~Copyable>(
        _ process: inout ChildProcess, messages: String, _ body: () throws -> Connection
    ) throws -> Connection {
        let start = Clocks.monotonicNanoseconds
        while true {
            do { return try body() } catch let error as SystemCallError {
                if let status = try process.poll() {
                    let said = Files.text(of: messages) ?? ""
                    throw DrillError(.failed, "QEMU ended (\(status)) before the machine ran: \(said)")
                }
                guard Clocks.monotonicNanoseconds - start < 20_000_000_000 else { throw error }
                Clocks.sleep(nanoseconds: 20_000_000)
            }
        }
    }

    /// What its first serial port has said since, as plain text; nil when QEMU has ended.
    package mutating func read() throws -> String? {
        guard let bytes = try serial.read() else { return nil }
        try log.write(bytes, at: logged)
        logged += UInt64(bytes.count)
        return cleaner.plain(bytes)
    }

    /// Types a line at its first serial port.
    package func type(line: [UInt8]) throws { try serial.write(line + [0x0d]) }

    /// Everything that its second serial port has said.
    package var secondSerial: String {
        var text = ConsoleText()
        return text.plain(Array((Files.text(of: "\(directory)/serial2", limit: 16 << 20) ?? "").utf8))
    }

    package mutating func status() throws -> String { try control.status() }

    /// Writes what its screen shows as a PNG, or as a PPM for those who look into it.
    package mutating func writeScreen(to path: String, format: String = "png") throws {
        try control.writeScreen(to: path, format: format)
    }
}

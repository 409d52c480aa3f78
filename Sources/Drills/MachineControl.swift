internal import FoundationEssentials
internal import LinuxSystem

/// QEMU's control connection (QMP: one JSON object a line).
struct MachineControl: ~Copyable {
    private let socket: LocalSocket
    private var received: [UInt8] = []

    private struct Answer: Decodable {
        struct Failure: Decodable { var desc: String }
        struct Status: Decodable { var status: String? }

        var error: Failure?
        /// Only of `query-status`; empty objects of other commands fit as well.
        var `return`: Status?
        var event: String?
    }

    /// Greeted and ready.
    static func connect(_ path: String) throws -> MachineControl {
        var control = MachineControl(socket: try LocalSocket(connectingTo: path))
        _ = try control.next()
        try control.execute(#"{"execute":"qmp_capabilities"}"#)
        return control
    }

    private init(socket: consuming LocalSocket) { self.socket = socket }

    /// "running", "shutdown", "internal-error" (QEMU, RunState).
    mutating func status() throws -> String {
        try execute(#"{"execute":"query-status"}"#)?.status ?? "unknown"
    }

    /// Writes what the screen shows, as "png" or "ppm".
    mutating func writeScreen(to path: String, format: String) throws {
        let request = ScreenDump(arguments: .init(filename: path, format: format))
        try execute(String(decoding: try JSONEncoder().encode(request), as: UTF8.self))
    }

    private struct ScreenDump: Encodable {
        struct Arguments: Encodable {
            var filename: String
            var format: String
        }

        var execute = "screendump"
        var arguments: Arguments
    }

    @discardableResult
    private mutating func execute(_ command: String) throws -> Answer.Status? {
        try socket.write(Array(command.utf8) + [0x0a])
        while true {
            let answer = try next()
            if let error = answer.error { throw DrillError(.failed, "QEMU refused \(command): \(error.desc).") }
            if answer.event == nil { return answer.return }
        }
    }

    /// The next line. QEMU answers at once, also while the machine is busy.
    private mutating func next() throws -> Answer {
        let start = Clocks.monotonicNanoseconds
        while true {
            if let end = received.firstIndex(of: 0x0a) {
                let line = Data(received[..<end])
                received.removeSubrange(...end)
                return try JSONDecoder().decode(Answer.self, from: line)
            }
            guard let bytes = try socket.read() else {
                throw DrillError(.failed, "QEMU closed its control connection.")
            }
            received += bytes
            guard Clocks.monotonicNanoseconds - start < 30_000_000_000 else {
                throw DrillError(.failed, "QEMU has not answered for half a minute.")
            }
            if bytes.isEmpty { Clocks.sleep(nanoseconds: 5_000_000) }
        }
    }
}

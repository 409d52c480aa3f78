import Foundation

/// The control connection of QEMU (QMP).
package final class Monitor {
    private let socket: UnixSocket
    private var received: [UInt8] = []

    package init(socketPath: String) throws {
        socket = try UnixSocket(path: socketPath, within: 20)
        _ = try nextMessage()
        try execute("qmp_capabilities")
    }

    /// Runs one command and waits for its answer; events in between are dropped.
    @discardableResult
    package func execute(_ command: String, _ arguments: [String: Any] = [:]) throws -> Any {
        let message: [String: Any] = ["execute": command, "arguments": arguments]
        let text = String(decoding: try JSONSerialization.data(withJSONObject: message), as: UTF8.self)
        try socket.write(text + "\n")
        while true {
            let answer = try nextMessage()
            if let value = answer["return"] { return value }
            if let error = answer["error"] { throw HarnessError("QEMU refused \(command): \(error)") }
        }
    }

    /// Bytes that the machine has written to its first disk, without zeros that it left to the disk.
    package func bytesWritten() throws -> Int {
        let devices = try execute("query-blockstats") as? [[String: Any]] ?? []
        guard let disk = devices.first(where: { $0["device"] as? String == "disk0" }),
            let bytes = (disk["stats"] as? [String: Any])?["wr_bytes"] as? Int
        else { throw HarnessError("QEMU does not know what was written: \(devices)") }
        return bytes
    }

    /// Writes what the VGA screen shows now as a PNG file.
    package func screenshot(to path: String) throws {
        try execute("screendump", ["filename": path, "format": "png"])
    }

    /// Presses and releases keys together, named as QEMU names them: "ret", "a", "shift".
    package func press(_ keys: String...) throws { try press(keys) }

    func press(_ keys: [String]) throws {
        try execute("send-key", ["keys": keys.map { ["type": "qcode", "data": $0] }])
    }

    /// Plugs the cable of a network in or out ("net0", "net1", ...).
    package func setLink(_ network: String, isUp: Bool) throws {
        try execute("set_link", ["name": network, "up": isUp])
    }

    private func nextMessage() throws -> [String: Any] {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(received[..<end])
                received.removeSubrange(...end)
                guard let message = try JSONSerialization.jsonObject(with: line) as? [String: Any] else {
                    throw HarnessError(
                        "QEMU said something that is no message: \(String(decoding: line, as: UTF8.self))")
                }
                return message
            }
            let bytes = socket.read()
            guard !bytes.isEmpty else { throw HarnessError("QEMU closed its control connection") }
            received += bytes
        }
    }
}

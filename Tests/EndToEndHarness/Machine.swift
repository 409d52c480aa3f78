import Foundation

/// A machine that QEMU emulates, from power-on until it powers off, resets, or its owner lets go of it.
package final class Machine {
    package let console: SerialConsole
    package let monitor: Monitor
    /// What the machine's second serial port has said: a file that QEMU appends to.
    package let secondSerialLog: String
    private let process: BackgroundProcess
    private let directory: TemporaryDirectory
    private let name: String

    /// Powers a machine on. Nothing of its console is lost: QEMU waits until we are connected.
    ///
    /// - Parameter logs: directory for `NAME.log`, `NAME-serial2.log` and `NAME-qemu.log`.
    package init(_ hardware: Hardware, logs: String) throws {
        var hardware = hardware
        name = hardware.name
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        let base = logs + "/" + hardware.name
        secondSerialLog = base + "-serial2.log"
        if let template = hardware.uefiFiles?.variables {
            let variables = hardware.variables ?? directory.file("variables")
            if !FileManager.default.fileExists(atPath: variables) {
                try FileManager.default.copyItem(atPath: template, toPath: variables)
            }
            hardware.variables = variables
        }
        let serial = directory.file("serial")
        let control = directory.file("control")
        let words =
            ["qemu-system-x86_64"] + hardware.arguments + [
                "-chardev", "socket,id=serial,path=\(serial),server=on,wait=on", "-serial", "chardev:serial",
                "-serial", "file:\(secondSerialLog)", "-qmp", "unix:\(control),server=on,wait=off",
            ]
        process = try BackgroundProcess(words, output: base + "-qemu.log")
        do {
            console = try SerialConsole(socketPath: serial, log: base + ".log", name: hardware.name)
            monitor = try Monitor(socketPath: control)
        } catch {
            process.stop()
            // The log only enriches the message; without it the first error still says what failed.
            let said = (try? String(contentsOfFile: base + "-qemu.log", encoding: .utf8)) ?? ""
            throw HarnessError("\(hardware.name) did not start: \(error)\n\(said)")
        }
    }

    /// Waits until the machine has powered off or reset; throws if QEMU failed or takes longer.
    package func waitForPowerOff(within seconds: Double) throws {
        let status = try process.waitForExit(within: seconds)
        guard status == 0 else { throw HarnessError("QEMU of \(name) ended with status \(status)") }
    }

    /// The power fails: QEMU does nothing more.
    package func pullPlug() {
        process.kill()
        console.close()
    }

    /// Ends QEMU; what it was given to write is written.
    package func stop() {
        process.stop()
        console.close()
    }

    /// Waits until the file behind the second serial port contains `expected`; returns all of it.
    @discardableResult
    package func waitOnSecondSerial(for expected: String, within seconds: Double) throws -> String {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while true {
            // The file appears with the first byte written to it.
            let data = (try? Data(contentsOf: URL(filePath: secondSerialLog))) ?? Data()
            // Byte by byte: to Swift, carriage return and line feed are one character.
            let text = String(decoding: data.filter { $0 != 0x0D }, as: UTF8.self)
            if text.contains(expected) { return text }
            if text.contains("VM-BROKEN") || text.contains("Kernel panic") {
                throw HarnessError("The virtual machine in \(name) is broken:\n\(text.suffix(2000))")
            }
            guard Date() < deadline, process.isRunning else {
                let said = text.suffix(2000)
                throw HarnessError(
                    "Second serial port of \(name): no \"\(expected)\" in \(Int(seconds)) s, but:\n\(said)")
            }
            usleep(200_000)
        }
    }

    deinit {
        stop()
    }
}

import Foundation

/// What one says to the demo's host on its serial console, and what it answers.
package struct HostConsole {
    private let machine: Machine
    private let facts: HostFacts

    package init(_ machine: Machine, facts: HostFacts) {
        self.machine = machine
        self.facts = facts
    }

    /// Waits until the host has proved itself from inside: its name, kernel, data, root volume and virtual machine.
    ///
    /// - Parameter left: the checksum of the list of files that were left in it at its first boot, if they were.
    /// - Returns: the lines in which it did.
    @discardableResult
    package func waitForProof(firmware: Firmware, left: String?) throws -> [Substring] {
        try machine.console.wait(for: "HOST-UP ", within: 1800)
        let proof = "HOST-UP " + (try machine.console.wait(for: "HOST-READY", within: 300))
        let lines = proof.split(separator: "\n")
        var expected = [
            "HOST-UP name=\(try facts.text("name")) kernel=\(try facts.text("kernel")) firmware=\(firmware)",
            "HOST-NONCE \(try facts.text("host_nonce_sha256"))",
            "HOST-DATA-OK \(try facts.text("host_files")) files manifest=\(try facts.text("host_manifest_sha256"))",
            "HOST-ROOT device=/dev/mapper/\(try facts.text("volume_group"))-root type=ext4",
            "HOST-UNITS failed=none",
        ]
        if let left { expected.append("HOST-LEFT-OK \(Self.leftFiles) files manifest=\(left)") }
        for line in expected where !lines.contains(Substring(line)) {
            throw HarnessError("The host does not say \"\(line)\", but:\n\(proof)")
        }
        for start in ["HOST-NET name=", "VM-RUNNING pid="] where !lines.contains(where: { $0.hasPrefix(start) }) {
            throw HarnessError("The host does not say \"\(start)…\", but:\n\(proof)")
        }
        guard lines.contains(where: { $0.hasPrefix("HOST-NET") && $0.contains("address=10.0.2.") }) else {
            throw HarnessError("The host has no address on its network card:\n\(proof)")
        }
        return lines
    }

    /// Waits until the virtual machine in the host has proved itself on the second serial port.
    @discardableResult
    package func waitForVirtualMachine(boots: Int) throws -> String {
        let said = try machine.waitOnSecondSerial(for: "VM-READY boots=\(boots)\n", within: 1800)
        let expected = [
            "VM-UP kernel=\(try facts.text("kernel")) root=/dev/vda ext4",
            "VM-NONCE \(try facts.text("vm_nonce_sha256"))", "VM-DATA-OK \(try facts.text("vm_files")) files",
        ]
        for line in expected where !said.contains(line) {
            throw HarnessError("The virtual machine does not say \"\(line)\", but:\n\(said.suffix(2000))")
        }
        return said
    }

    /// Logs in and waits until the unit that makes the initramfs images anew has done so and is gone.
    /// The login prompt was read already; an empty line brings it again.
    func waitForNewInitramfs(within seconds: Double) throws {
        try machine.console.send(line: "")
        try logIn()
        let unit = "lifeboat-initramfs.service"
        let deadline = Date(timeIntervalSinceNow: seconds)
        while try run("ls /etc/systemd/system").contains(unit) {
            let state = try run("systemctl is-active \(unit) || true")
            guard !state.contains("failed"), Date() < deadline else {
                throw HarnessError("\(unit) does not come to its end:\n\(try run("journalctl -u \(unit) --no-pager"))")
            }
            Thread.sleep(forTimeInterval: 5)
        }
    }

    /// How many files `leaveData` leaves.
    package static let leftFiles = 40

    /// Logs in and leaves files drawn now; returns the checksum of their list.
    package func leaveData() throws -> String {
        try logIn()
        try run("mkdir /srv/left && cd /srv/left && umask 022")
        let loop = "for i in $(seq \(Self.leftFiles)); do head -c $((i * 7919)) /dev/urandom >file-$i; done"
        try run(loop)
        try run("sha256sum file-* >MANIFEST.sha256 && sync")
        let answer = try run("sha256sum MANIFEST.sha256")
        guard let sum = answer.split(whereSeparator: \.isWhitespace).first(where: { $0.count == 64 }) else {
            throw HarnessError("No checksum in: \(answer)")
        }
        return String(sum)
    }

    /// Shuts the host down as an administrator does, and waits until it is off.
    package func powerOff() throws {
        try machine.console.send(line: "systemctl stop vm1.service; systemctl poweroff")
        try machine.waitForPowerOff(within: 300)
    }

    private func logIn() throws {
        let console = machine.console
        try console.wait(for: "login: ", within: 300)
        try console.send(line: "root")
        try console.wait(for: "Password: ", within: 120)
        try console.send(line: try facts.text("root_password"))
        try console.wait(for: "~# ", within: 120)
        // Without echo and editing, what follows is only what programs say.
        try console.send(line: "stty -echo; bind 'set enable-bracketed-paste off'; PS1=")
        try run("true")
    }

    /// Runs a shell command; returns what it said; throws if it failed.
    @discardableResult
    private func run(_ command: String) throws -> String {
        try machine.console.send(line: command + "; echo \"[status=$?]\"")
        // A digit follows only where the shell has put the status in, not where the line editor shows the command.
        let (match, text) = try machine.console.wait(
            forFirstOf: (0...9).map { "[status=\($0)" }, within: 180)
        guard match == "[status=0" else { throw HarnessError("\"\(command)\" failed in the host: \(text)") }
        return text
    }
}

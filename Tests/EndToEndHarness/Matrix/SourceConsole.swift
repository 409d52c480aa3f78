/// A source of the matrix at its serial console, as it starts and proves itself from inside.
struct SourceConsole {
    private let machine: Machine
    private let facts: HostFacts

    init(_ machine: Machine, facts: HostFacts) {
        self.machine = machine
        self.facts = facts
    }

    /// Waits for a login after the source has said that all of it is there; returns the lines in which it did.
    @discardableResult
    func waitForProof(of cell: MatrixCell, clock: MatrixClock) throws -> [Substring] {
        let target = cell.target
        let console = machine.console
        if let passphrase = facts.all("passphrase").first {
            try console.wait(for: "unlock disk", within: try clock.left())
            try console.send(line: passphrase)
        }
        let ends = ["Dropping to a shell!", "Shell> ", "grub rescue> ", "No bootable device", "dracut:/#"]
        let found = try console.wait(forFirstOf: ["HOST-UP "] + ends, within: try clock.left()).match
        guard found == "HOST-UP " else {
            throw HarnessError("The host does not start: its console ends at \"\(found)\"")
        }
        let proof = "HOST-UP " + (try console.wait(for: "HOST-READY", within: try clock.left(atMost: 600)))
        let lines = proof.split(separator: "\n")
        var missing = cell.expected(facts.all("expect")).filter { start in !lines.contains { $0.hasPrefix(start) } }
        if !lines.contains(where: { $0.hasPrefix("HOST-UP ") && $0.hasSuffix("firmware=\(target.firmware)") }) {
            missing.append("HOST-UP … firmware=\(target.firmware)")
        }
        if lines.filter({ $0.hasPrefix("HOST-NET ") }).count != target.networkCards.count {
            missing.append("\(target.networkCards.count) lines HOST-NET")
        }
        guard missing.isEmpty else {
            throw HarnessError(
                "The host does not say \(missing.map { "\"\($0)\"" }.joined(separator: ", ")), but:\n\(proof)")
        }
        try console.wait(for: "login: ", within: try clock.left(atMost: 300))
        return lines
    }
}

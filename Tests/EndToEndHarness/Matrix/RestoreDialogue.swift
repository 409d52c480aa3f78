/// Restoring all disks of a host to a machine with as many, or fewer, through the menu.
struct RestoreDialogue {
    let machine: Machine
    let clock: MatrixClock

    /// Goes from the main menu to the report; returns it.
    ///
    /// - Parameters:
    ///   - mapping: what is typed to map the disks.
    ///   - isDegraded: whether the plan must say so.
    ///   - passphrase: of the container that the host's disks hold; typed wrong once before.
    func restore(
        repository: String, host: String, diskCount: Int, mapping: String, isDegraded: Bool = false,
        passphrase: String? = nil
    ) throws -> String {
        let menu = RescueMenu(machine)
        let dialogue = RescueDialogue.restore(repository: repository, host: host, serial: "")
        for turn in dialogue.turns where turn.title != "confirm what is erased" {
            var answer = turn.answer
            if turn.title == "choose the disks" { answer = mapping }
            let screen = try menu.answer(
                .init(
                    title: turn.title, prompt: turn.prompt, answer: answer,
                    // Fitting may copy whole file systems before the plan is shown.
                    seconds: try clock.left(atMost: mapping.hasPrefix("fit") ? 900 : turn.seconds)))
            guard turn.title != "the plan" || screen.contains("DEGRADED") == isDegraded else {
                throw HarnessError("The plan must say DEGRADED exactly where disks are left out:\n\(screen)")
            }
        }
        for _ in 0..<diskCount { try confirmOne(diskCount: diskCount) }
        if let passphrase { try unlock(with: passphrase) }
        return try menu.waitForReport(within: try clock.left())
    }

    /// Goes to the choice of the disks, where the menu must complain; returns what it says.
    func complaint(repository: String, host: String, diskCount: Int) throws -> String {
        let menu = RescueMenu(machine)
        let dialogue = RescueDialogue.restore(repository: repository, host: host, serial: "")
        for turn in dialogue.turns.prefix(while: { $0.title != "the plan" }) {
            let isLast = turn.title == "choose the disks"
            let answer = isLast ? (0..<diskCount).map { "\($0)=\($0)" }.joined(separator: " ") : turn.answer
            try menu.answer(
                .init(
                    title: turn.title, prompt: turn.prompt, answer: answer,
                    seconds: try clock.left(atMost: turn.seconds)))
        }
        let plan = "== Lifeboat: the plan =="
        let (match, _) = try machine.console.wait(forFirstOf: ["\n! ", plan], within: try clock.left(atMost: 300))
        guard match != plan else { throw HarnessError("The menu plans what it must refuse") }
        return try machine.console.wait(for: "Disks> ", within: try clock.left(atMost: 60))
    }

    /// After the blocks are restored, before the system is adapted.
    private func unlock(with passphrase: String) throws {
        for line in ["not-\(passphrase)", passphrase] {
            try machine.console.wait(for: RescueDialogue.unlockTitle, within: try clock.left())
            try machine.console.wait(for: "Passphrase> ", within: try clock.left(atMost: 120))
            try machine.console.send(line: line)
        }
    }

    /// The menu asks for one target after another, in an order of its own, and says which.
    private func confirmOne(diskCount: Int) throws {
        try machine.console.wait(for: "== Lifeboat: confirm what is erased ==", within: try clock.left(atMost: 120))
        let screen = try machine.console.wait(for: "Serial> ", within: try clock.left(atMost: 120))
        let target = screen.split(separator: "ALL OF THIS IS ERASED", maxSplits: 1).first ?? ""
        guard let serial = (0..<diskCount).map(MatrixTarget.serial).first(where: { target.contains($0) }) else {
            throw HarnessError("The menu asks for a disk that this machine does not have:\n\(screen)")
        }
        try machine.console.send(line: String(serial.suffix(6)))
    }
}

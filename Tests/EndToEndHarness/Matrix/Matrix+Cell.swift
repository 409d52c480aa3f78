import Foundation

extension Matrix {
    /// The whole way: the rescue image restores the source on the target through the menu and adapts it; the target then
    /// starts from its disks, to a login, with all that the source had.
    package func run(_ cell: MatrixCell, capInSeconds: Double) throws {
        // Sources are made and captured for all cells: that is not the cell's time.
        let facts = try source(cell.source)
        try judge("\(cell)", capInSeconds: capInSeconds) { clock in
            let targets = try makeTargets(cell, facts: facts)
            let variables = workspace.file("matrix-\(cell.name)-variables")
            try Command("rm", "-f", variables).run()
            try rescue(cell, facts, targets, variables, clock)
            try boot(cell, facts, targets, variables, clock)
            for target in targets { try FileManager.default.removeItem(atPath: target) }
        }
    }

    private func rescue(
        _ cell: MatrixCell, _ facts: HostFacts, _ targets: [String], _ variables: String, _ clock: MatrixClock
    ) throws {
        let server = try WebServer.lifeboat(
            program: workspace.lifeboat, repository: repository, log: workspace.log("matrix-server.log"))
        defer { server.stop() }
        var hardware = cell.target.hardware(name: "matrix-\(cell.name)-rescue", disks: targets, iso: workspace.iso)
        hardware.variables = variables
        // What is fitted is fitted in memory: that must do with as little as a restore.
        if cell.target.isSmaller { hardware.memoryInMiB = 512 }
        let machine = try Machine(hardware, logs: workspace.logs)
        defer { machine.stop() }
        let dialogue = RestoreDialogue(machine: machine, clock: clock)
        let report = try dialogue.restore(
            repository: server.addressInGuest, host: try facts.text("name"), diskCount: cell.diskCount,
            mapping: cell.mapping, isDegraded: cell.isDegraded, passphrase: facts.all("passphrase").first)
        // Neither echoed nor reported.
        guard !facts.all("passphrase").contains(where: machine.console.transcript.contains) else {
            throw HarnessError("The console shows the passphrase that was typed")
        }
        try report.write(toFile: workspace.log("matrix-\(cell.name)-report.txt"), atomically: false, encoding: .utf8)
        guard !report.contains("NO PROOF OF BOOT") else {
            throw HarnessError("The menu has no proof of a start:\n\(report)")
        }
        let halved = "degraded, \(cell.diskCount) of \(cell.source.diskCount) members"
        // Lines of the screen are broken anywhere.
        let words = report.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard words.contains(halved) == cell.isDegraded else {
            throw HarnessError("The report must say \"\(halved)\" exactly where an array lacks disks:\n\(report)")
        }
        tell("\(cell): restored after \(clock.seconds) s.")
        try RescueMenu(machine).reboot()
    }

    /// Starts the restored host and waits for its proof. `then` goes on with it at its login.
    func boot(
        _ cell: MatrixCell, _ facts: HostFacts, _ targets: [String], _ variables: String?, _ clock: MatrixClock,
        name: String = "restored", then: (Machine) throws -> Void = { _ in }
    ) throws {
        var hardware = cell.target.hardware(name: "matrix-\(cell.name)-\(name)", disks: targets)
        hardware.variables = variables
        let machine = try Machine(hardware, logs: workspace.logs)
        defer { machine.stop() }
        for line in try SourceConsole(machine, facts: facts).waitForProof(of: cell, clock: clock) {
            tell("  host: \(line)")
        }
        try then(machine)
    }

    /// The control: restored and adapted on this machine but for its initramfs. The proof must say that it will not start,
    /// and why; and it must not start.
    package func runWithoutInitramfs(_ cell: MatrixCell, driver: String, capInSeconds: Double) throws {
        try run(cell, "without the initramfs step", adapting: ["--skip", "initramfs"], capInSeconds) { here in
            let said = here.adapted.output + here.adapted.errors
            guard here.adapted.status == 1, said.contains(driver) else {
                throw HarnessError(
                    "Without drivers the proof must fail for want of \(driver), but ended with \(here.adapted.status): \(said)"
                )
            }
            let machine = try Machine(
                cell.target.hardware(name: "matrix-\(cell.name)-control", disks: here.targets), logs: workspace.logs)
            defer { machine.stop() }
            let shell = "Dropping to a shell!"
            let left = try here.clock.left()
            guard try machine.console.wait(forFirstOf: [shell, "HOST-UP "], within: left).match == shell else {
                throw HarnessError("It starts although it has no driver for its disk: the case tests nothing")
            }
        }
    }

    /// A cell without the rescue image: restored and adapted on this machine for hardware that is only described.
    package func runFromHere(_ cell: MatrixCell, capInSeconds: Double) throws {
        try run(cell, "adapted elsewhere", capInSeconds) { here in
            try here.requireProof()
            try boot(cell, here.facts, here.targets, nil, here.clock)
        }
    }

    /// A cell that was restored and adapted on this machine.
    struct AdaptedHere {
        let facts: HostFacts
        let targets: [String]
        let adapted: Command.Result
        let clock: MatrixClock

        func requireProof() throws {
            guard adapted.status == 0 else {
                throw HarnessError("Not proved to start:\n\(adapted.output)\(adapted.errors)")
            }
        }
    }

    /// Restores and adapts a cell on this machine and judges it by `body`. The targets are left where that throws.
    func run(
        _ cell: MatrixCell, _ how: String, adapting more: [String] = [], _ capInSeconds: Double,
        _ body: (AdaptedHere) throws -> Void
    ) throws {
        precondition(cell.source.isPlain, "this machine cannot open \(cell.source)")
        let facts = try source(cell.source)
        try judge("\(cell), \(how)", capInSeconds: capInSeconds) { clock in
            let targets = try makeTargets(cell, facts: facts)
            try restoreHere(cell, facts, targets)
            let adapted = try adaptHere(cell, targets, more: more)
            try body(AdaptedHere(facts: facts, targets: targets, adapted: adapted, clock: clock))
            for target in targets { try FileManager.default.removeItem(atPath: target) }
        }
    }

    private func restoreHere(_ cell: MatrixCell, _ facts: HostFacts, _ targets: [String]) throws {
        var words = [workspace.lifeboat, "restore", try facts.text("name"), "--repository", repository, "--quiet"]
        if cell.target.isSmaller { words += ["--fit"] }
        for (number, target) in targets.enumerated() {
            words += ["--disk", "\(number)=\(target)", "--confirm", target]
        }
        try Command(words).run()
    }

    func adaptHere(_ cell: MatrixCell, _ targets: [String], more: [String] = []) throws -> Command.Result {
        var words = [workspace.lifeboat, "adapt", "--hardware", cell.target.description] + more
        for target in targets { words += ["--disk", target, "--confirm", target] }
        let result = try Command(words).result()
        try (result.output + result.errors).write(
            toFile: workspace.log("matrix-\(cell.name)-adapt.log"), atomically: false, encoding: .utf8)
        return result
    }
}

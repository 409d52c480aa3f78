import Foundation

extension RecoveryStory {
    /// Starts the host from a view of its newest moment: nothing is restored, writes go to an overlay that is thrown away.
    ///
    /// - Throws: when the host does not prove itself, or one byte of the repository has changed.
    package func bootView() throws {
        let before = try Command.sum(of: repository)
        let directory = try TemporaryDirectory()
        let socket = directory.file("view")
        let log = workspace.log("5-attach.log")
        let attach = try BackgroundProcess(
            [
                workspace.lifeboat, "attach", try known().text("name"), "--repository", repository, "--disk", "0",
                "--socket", socket, "--writable",
            ], output: log)
        defer { attach.stop() }
        let deadline = Date(timeIntervalSinceNow: 60)
        // The log's last line is there when the moment is served.
        while try !String(contentsOfFile: log, encoding: .utf8).contains("overlay") {
            guard attach.isRunning, Date() < deadline else { throw HarnessError("lifeboat attach: see \(log)") }
            usleep(50_000)
        }
        let disk = Disk(path: "nbd+unix:///?socket=\(socket)", controller: .nvme, serial: "VIEW-0001")
        let machine = try Machine(
            Hardware(name: "5-view", firmware: .bios, disks: [disk], networkCard: .e1000e), logs: workspace.logs)
        let console = HostConsole(machine, facts: try known())
        try console.waitForProof(firmware: .bios, left: leftManifest)
        machine.stop()
        guard try Command.sum(of: repository) == before else {
            throw HarnessError("The repository changed while a machine ran from a view of it")
        }
    }
}

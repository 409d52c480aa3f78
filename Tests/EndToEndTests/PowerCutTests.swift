import EndToEndHarness
import Foundation
import Testing

extension MachineTests {
    /// What happens to a restore at night: the power fails, the cable is pulled, the server is replaced.
    @Suite struct PowerCutTests {
        private static let megabytes = 96
        private static let serial = "POWER-CUT-77"

        @Test(
            "power cut in the middle: the image offers to continue, writes what is missing, through cable and server lost"
        )
        func powerCut() throws {
            let workspace = try RescueLab.workspace()
            let directory = try TemporaryDirectory()
            let (source, target) = (directory.file("source"), directory.file("target"))
            try Command(
                "dd", "if=/dev/urandom", "of=\(source)", "bs=1M", "count=\(Self.megabytes)", "status=none"
            ).run()
            try Command("sgdisk", "--clear", "--new=1:2048:0", source).run()
            try DirtyDisk.make(target, size: Self.megabytes << 20)
            let repository = directory.file("repository")
            try Command(workspace.lifeboat, "repository", "init", repository).run()
            try Command(workspace.lifeboat, "capture", "--repository", repository, "--host", "web01", "--quiet", source)
                .run()
            let log = workspace.log("power-cut-server.log")
            var server = try WebServer.nginx(root: repository, log: log, kilobytesPerSecond: 1_000)

            let before = try begin(target, server, workspace)
            #expect(before >= 40)

            let disk = try VolatileDisk(target, log: workspace.log("power-cut-disk.log"))
            let machine = try machine("power-cut-2", disk, workspace)
            let menu = try continueRestore(machine, before: before)
            try menu.waitForWriting(atLeast: 1)
            try machine.monitor.execute("set_link", ["name": "net0", "up": false])
            // As long as it takes to find the cable.
            usleep(4_000_000)
            try machine.monitor.execute("set_link", ["name": "net0", "up": true])
            server.stop()
            try machine.console.wait(for: "trying again", within: 120)
            server = try WebServer.nginx(root: repository, log: log, kilobytesPerSecond: 4_000, port: server.port)
            let report = try menu.waitForReport(within: 300)
            // While the disk has power: this is what it would keep.
            try Command("cmp", source, target).run()
            #expect(!report.contains("already right 0 bytes"), "\(report)")
            let written = try machine.monitor.bytesWritten()
            machine.stop()
            disk.pullPlug()
            #expect(written < Self.megabytes << 20 * 85 / 100, "\(written) bytes were written again")
            try Command("sgdisk", "--verify", target).run()
            server.stop()
        }

        /// Restores until the power fails; returns the percentage that the screen showed last.
        private func begin(_ target: String, _ server: WebServer, _ workspace: Workspace) throws -> Int {
            let disk = try VolatileDisk(target, log: workspace.log("power-cut-disk.log"))
            let machine = try machine("power-cut-1", disk, workspace)
            let menu = RescueMenu(machine)
            let dialogue = RescueDialogue.restore(
                repository: server.addressInGuest, host: "web01", serial: Self.serial, isAdapted: false)
            for turn in dialogue.turns { try menu.answer(turn) }
            let shown = try menu.waitForWriting(atLeast: 40)
            disk.pullPlug()
            machine.pullPlug()
            let table = try Command("wipefs", "--noheadings", "--output", "TYPE", target).run()
            #expect(table.isEmpty, "a disk that is half restored looks like something: \(table)")
            return shown
        }

        /// Takes what the main menu offers, up to the confirmation.
        private func continueRestore(_ machine: Machine, before: Int) throws -> RescueMenu {
            let menu = RescueMenu(machine)
            try machine.console.wait(for: "c  Continue the interrupted restore", within: 900)
            let offer = try machine.console.wait(for: "Choice> ", within: 60)
            #expect(offer.contains("web01 as of ") && offer.contains(Self.serial), "\(offer)")
            let kept = offer.firstMatch(of: #/, ([0-9]+) %/#).flatMap { Int($0.1) }
            #expect((1...max(before, 99)).contains(kept ?? 0), "\(offer)")
            try machine.console.send(line: "")
            for turn in [
                RescueDialogue.Turn(title: "choose the disks", prompt: "Disks", answer: ""),
                .init(title: "the plan", prompt: "Plan", answer: "exact"),
                .init(title: "confirm what is erased", prompt: "Serial", answer: String(Self.serial.suffix(6))),
            ] { try menu.answer(turn) }
            return menu
        }

        private func machine(_ name: String, _ disk: VolatileDisk, _ workspace: Workspace) throws -> Machine {
            let disk = Disk(path: disk.path, controller: .virtioSCSI, serial: Self.serial)
            return try Machine(
                Hardware(name: name, firmware: .bios, disks: [disk], networkCard: .virtio, iso: workspace.iso),
                logs: workspace.logs)
        }
    }
}

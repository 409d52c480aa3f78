import EndToEndHarness
import Foundation
import Testing

extension MachineTests {
    /// The power fails while one disk of a moment is restored to two that are each too small for it.
    @Suite struct DividedPowerCutTests {
        private static let mebibyte = 1 << 20
        private static let sourceSize = 160
        private static let targetSize = 110
        private static let serials = ["DIVIDED-1-AAA", "DIVIDED-2-BBB"]
        /// Where the physical volumes begin.
        private static let starts = [5, 1]

        @Test("a divided restore is continued where the disks have changed places; every extent is what it was")
        func divided() throws {
            let workspace = try RescueLab.workspace()
            let directory = try TemporaryDirectory()
            let source = directory.file("source")
            try Self.makeSource(source)
            let targets = [directory.file("first"), directory.file("second")]
            for target in targets { try DirtyDisk.make(target, size: Self.targetSize * Self.mebibyte) }
            let repository = directory.file("repository")
            try Command(workspace.lifeboat, "repository", "init", repository).run()
            try Command(workspace.lifeboat, "capture", "--repository", repository, "--host", "web01", "--quiet", source)
                .run()
            let server = try WebServer.nginx(
                root: repository, log: workspace.log("divided-server.log"), kilobytesPerSecond: 1_000)
            defer { server.stop() }

            try cut(targets, server, workspace)
            let machine = try machine("divided-2", Array(zip(targets, Self.serials)).reversed(), workspace)
            let menu = RescueMenu(machine)
            try machine.console.wait(for: "c  Continue the interrupted restore", within: 900)
            let offer = try machine.console.wait(for: "Choice> ", within: 60)
            for serial in Self.serials { #expect(offer.contains(serial), "\(offer)") }
            try machine.console.send(line: "")
            let disks = try menu.answer(.init(title: "choose the disks", prompt: "Disks", answer: ""))
            #expect(disks.matches(of: #/0=[01] +continues the interrupted restore/#).count == 2, "\(disks)")
            try menu.answer(.init(title: "the plan", prompt: "Plan", answer: "exact"))
            try confirm(machine)
            let report = try menu.waitForReport(within: 300)
            // Of the first disk; the second one may not have been begun.
            #expect(report.firstMatch(of: #/already right [1-9][0-9.]* MiB/#) != nil, "\(report)")
            machine.stop()
            try judge(source, targets)
        }

        /// Up to a power cut, on disks that forget what was not flushed.
        private func cut(_ targets: [String], _ server: WebServer, _ workspace: Workspace) throws {
            let disks = try targets.map { try VolatileDisk($0, log: workspace.log("divided-disk.log")) }
            let machine = try machine("divided-1", Array(zip(disks.map(\.path), Self.serials)), workspace)
            let menu = RescueMenu(machine)
            let dialogue = RescueDialogue.restore(
                repository: server.addressInGuest, host: "web01", serial: "", isAdapted: false)
            for turn in dialogue.turns where turn.title != "confirm what is erased" {
                let answer = turn.title == "choose the disks" ? "split 0=0 0=1" : turn.answer
                try menu.answer(.init(title: turn.title, prompt: turn.prompt, answer: answer, seconds: turn.seconds))
            }
            try confirm(machine)
            let shown = try menu.waitForWriting(atLeast: 40)
            #expect(shown < 90, "this was no interruption in the middle")
            for disk in disks { disk.pullPlug() }
            machine.pullPlug()
        }

        /// Both targets, in the order in which the menu asks for them.
        private func confirm(_ machine: Machine) throws {
            for _ in Self.serials {
                try machine.console.wait(for: "== Lifeboat: confirm what is erased ==", within: 180)
                let screen = try machine.console.wait(for: "Serial> ", within: 120)
                let asked = screen.split(separator: "ALL OF THIS IS ERASED", maxSplits: 1).first ?? ""
                let serial = try #require(Self.serials.first { asked.contains($0) }, "\(screen)")
                try machine.console.send(line: String(serial.suffix(6)))
            }
        }

        private func machine(
            _ name: String, _ disks: [(path: String, serial: String)], _ workspace: Workspace
        ) throws -> Machine {
            let disks = disks.map { Disk(path: $0.path, controller: .virtioSCSI, serial: $0.serial) }
            return try Machine(
                Hardware(name: name, firmware: .bios, disks: disks, networkCard: .virtio, iso: workspace.iso),
                logs: workspace.logs)
        }

        /// GPT, a small partition, and a physical volume whose only volume is longer than a target and full of random bytes.
        private static func makeSource(_ path: String) throws {
            try Command("truncate", "--size", "\(sourceSize)M", path).run()
            try Command("sgdisk", "--clear", "--new=1:2048:+4M", "--new=2:0:0", "--typecode=2:8e00", path).run()
            let volume = try LoopDevice(path, range: range(0, in: sourceSize), writable: true)
            try lvm([volume], "pvcreate", "-y", volume.path)
            try lvm([volume], "vgcreate", "web", volume.path)
            try lvm([volume], "lvcreate", "-an", "-Zn", "-Wn", "-n", "data", "-L", "140M", "web")
            try Command(
                "dd", "if=/dev/urandom", "of=\(volume.path)", "bs=1M", "seek=1", "count=140", "status=none"
            ).run()
        }

        /// Of the physical volume, in bytes: up to the copy of the table.
        private static func range(_ number: Int, in size: Int) -> Range<Int> {
            starts[number] * mebibyte..<size * mebibyte - 34 * 512
        }

        @discardableResult
        private static func lvm(_ devices: [LoopDevice], _ words: String...) throws -> String {
            let accepted = devices.map { "\"a|^\($0.path)$|\"" }.joined(separator: ",")
            let settings = """
                devices { use_devicesfile=0 scan=["/dev"] filter=[\(accepted),"r|.*|"] } \
                activation { udev_sync=0 udev_rules=0 monitoring=0 } backup { backup=0 archive=0 }
                """
            return try Command(words + ["--config", settings, "--driverloaded", "n"]).run()
        }

        /// LVM finds a whole group, and the extents of both, one behind the other, are those of the source.
        private func judge(_ source: String, _ targets: [String]) throws {
            let volumes = try targets.enumerated().map {
                try LoopDevice($1, range: Self.range($0, in: Self.targetSize))
            }
            for target in targets { try Command("sgdisk", "--verify", target).run() }
            try Self.lvm(volumes, "vgck", "web")
            var done = 0
            for (number, volume) in volumes.enumerated() {
                let said = try Self.lvm(
                    volumes, "pvs", "--noheadings", "--units", "m", "--nosuffix", "-o", "pe_start,pv_pe_count",
                    volume.path)
                let numbers = said.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }.map { Int($0) }
                try #require(numbers.count == 2, "\(said)")
                let length = min(numbers[1] * 4, 140 - done)
                let (from, to) = (Self.starts[0] + 1 + done, Self.starts[number] + numbers[0])
                try Command(
                    "cmp", "-n", "\(length)M", "-i", "\(from)M:\(to)M", source, targets[number]
                ).run()
                done += length
            }
            #expect(done == 140 && Self.targetSize < 140)
        }
    }
}

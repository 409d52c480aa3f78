import EndToEndHarness
import Foundation
import Testing

extension MachineTests {
    /// SSH into the rescue system.
    @Suite struct RescueAccessTests {
        private static let megabytes = 64
        private static let serial = "REMOTE-HAND-8"

        @Test("SSH is off until it is switched on, lets in once by its password, and joins the restore that runs")
        func remoteHand() throws {
            let workspace = try RescueLab.workspace()
            let directory = try TemporaryDirectory()
            let (source, target) = (directory.file("source"), directory.file("target"))
            let server = try repository(of: source, workspace, in: directory)
            defer { server.stop() }
            try DirtyDisk.make(target, size: Self.megabytes << 20)
            let disk = Disk(path: target, controller: .virtioSCSI, serial: Self.serial)
            var hardware = Hardware(
                name: "access", firmware: .bios, disks: [disk], networkCard: .virtio, iso: workspace.iso)
            let port = try WebServer.freePort()
            hardware.secureShellPort = port
            let machine = try Machine(hardware, logs: workspace.logs)
            defer { machine.stop() }
            let menu = RescueMenu(machine)
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "3", seconds: 900))
            // The menu is there before the address is.
            let deadline = Date(timeIntervalSinceNow: 120)
            while try !menu.answer(.init(title: "network", prompt: "Network", answer: "r")).contains("10.0.2.15") {
                guard Date() < deadline else { throw HarnessError("the machine gets no address") }
            }
            try menu.answer(.init(title: "network", prompt: "Network", answer: ""))
            #expect(try !SecureShell.greeting(port: port).contains("SSH"))

            let (password, key) = try switchOn(menu)
            #expect(try SecureShell.greeting(port: port).hasPrefix("SSH-2.0-dropbear"))
            let login = try SecureShell(port: port, knownHosts: directory.file("known"))
            try login.answer("Are you sure you want to continue connecting", "yes")
            #expect(try login.see("password:").contains(key))
            try login.answer("password:", password)
            let screen = try login.see("q  Log out")
            #expect(screen.contains("1  Restore this machine from a repository"))
            let second = try SecureShell(port: port, knownHosts: directory.file("known"))
            try second.answer("password:", password)
            try second.see("Permission denied")
            second.close()

            try join(login, menu, server, machine)
            try Command("cmp", source, target).run()
            try switchOff(menu)
            try login.see("ENDED")
            #expect(try !SecureShell.greeting(port: port).contains("SSH"))
        }

        /// A slow server of a repository with one host, whose disk is `source`.
        private func repository(
            of source: String, _ workspace: Workspace, in directory: TemporaryDirectory
        ) throws -> WebServer {
            try Command(
                "dd", "if=/dev/urandom", "of=\(source)", "bs=1M", "count=\(Self.megabytes)", "status=none"
            ).run()
            let repository = directory.file("repository")
            try Command(workspace.lifeboat, "repository", "init", repository).run()
            try Command(workspace.lifeboat, "capture", "--repository", repository, "--host", "web01", "--quiet", source)
                .run()
            return try .nginx(root: repository, log: workspace.log("access-server.log"), kilobytesPerSecond: 500)
        }

        /// The password and the fingerprint that the screen shows.
        private func switchOn(_ menu: RescueMenu) throws -> (password: String, key: String) {
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "7"))
            let off = try menu.answer(.init(title: "ssh access", prompt: "SSH", answer: "password"))
            #expect(off.contains("SSH is off: nothing listens"))
            let on = try menu.answer(.init(title: "ssh access", prompt: "SSH", answer: ""))
            #expect(on.contains("ssh root@10.0.2.15"), "\(on)")
            let password = try #require(on.firstMatch(of: #/Password    ([a-z2-9-]{14})\n/#), "\(on)")
            let key = try #require(on.firstMatch(of: #/Host key    (SHA256:\S+)\n/#), "\(on)")
            return (String(password.1), String(key.1))
        }

        /// A restore on the serial console; who has logged in attaches, answers a question of it, and reads its report.
        private func join(_ login: SecureShell, _ menu: RescueMenu, _ server: WebServer, _ machine: Machine) throws {
            let dialogue = RescueDialogue.restore(
                repository: server.addressInGuest, host: "web01", serial: Self.serial, isAdapted: false)
            for turn in dialogue.turns { try menu.answer(turn) }
            try machine.console.wait(for: "Writing ", within: 300)
            try login.answer("Choice>", "1")
            try login.see("Restore of web01 on ttyS0")
            try login.answer("Busy>", "")
            // The screen before says "Writing" as well, and Ctrl-C there is another one.
            try login.see("Lifeboat: restoring")
            try login.see("Writing ")
            try login.press("C-c")
            try login.answer("Stop>", "no")
            try machine.console.wait(for: "The restore goes on.", within: 120)
            let report = try menu.waitForReport(within: 600)
            #expect(report.contains("web01"))
            try login.see("restore finished")
            try login.answer("Done>", "")
        }

        private func switchOff(_ menu: RescueMenu) throws {
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "7"))
            let used = try menu.answer(.init(title: "ssh access", prompt: "SSH", answer: "off"))
            #expect(used.contains("USED: it does not work any more") && used.contains(" from 10.0.2.2"), "\(used)")
            let off = try menu.answer(.init(title: "ssh access", prompt: "SSH", answer: ""))
            #expect(off.contains("SSH is off: nothing listens"))
        }
    }
}

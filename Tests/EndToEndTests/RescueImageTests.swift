import EndToEndHarness
import Foundation
import Testing

extension MachineTests {
    /// The ISO alone: it starts from every medium and firmware, and has drivers for what it meets.
    @Suite struct RescueImageTests {
        struct Start: CustomStringConvertible, Sendable {
            let firmware: Firmware
            let medium: BootMedium
            let networkCard: NetworkCard
            let controller: DiskController
            var description: String { "\(firmware.rawValue), \(medium.rawValue)" }
            var name: String { "image-\(description)".replacing(" ", with: "-").replacing(",", with: "") }
        }

        @Test(
            "the ISO starts into the menu, sees the disk, and has an address",
            arguments: [
                Start(firmware: .bios, medium: .usbStick, networkCard: .virtio, controller: .virtioSCSI),
                Start(firmware: .uefi, medium: .cd, networkCard: .e1000e, controller: .ahci),
                Start(firmware: .secureBoot, medium: .usbStick, networkCard: .vmxnet3, controller: .nvme),
            ])
        func start(_ start: Start) throws {
            let workspace = try RescueLab.workspace()
            let directory = try TemporaryDirectory()
            let disk = Disk(path: directory.file("disk"), controller: start.controller, serial: "IMAGE-TEST-1")
            try DirtyDisk.make(disk.path, size: 64 << 20)
            var hardware = Hardware(
                name: start.name, firmware: start.firmware, disks: [disk], networkCard: start.networkCard,
                iso: workspace.iso)
            hardware.isoMedium = start.medium
            let stick = start.medium == .usbStick ? try RescueStick(workspace, in: directory) : nil
            let foreign = start.medium == .cd ? try ForeignStick(in: directory) : nil
            if let foreign {
                hardware.disks.append(Disk(path: foreign.path, controller: .usb, serial: "FOREIGN-STICK-1"))
            }
            if let stick {
                hardware.iso = stick.path
                hardware.isMediumWritable = true
            }
            let machine = try Machine(hardware, logs: workspace.logs)
            let menu = RescueMenu(machine)
            if let stick {
                try stick.waitForItsAnswers(machine)
                try machine.console.send(line: "3")
            } else {
                try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "3", seconds: 900))
            }
            // The menu is there before the address is.
            let deadline = Date(timeIntervalSinceNow: 120)
            var network = ""
            repeat {
                network = try menu.answer(.init(title: "network", prompt: "Network", answer: "r"))
            } while !network.contains("10.0.2.15") && Date() < deadline
            #expect(network.contains("10.0.2.15"), "\(network)")
            try menu.answer(.init(title: "network", prompt: "Network", answer: ""))
            try look(machine, menu, start)
            if start.medium == .cd { try useScreen(machine, workspace, start) }
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "6"))
            try machine.console.wait(for: "Power off> ", within: 60)
            try machine.console.send(line: "yes")
            try machine.waitForPowerOff(within: 180)
            try stick?.checkLogs()
            try foreign?.check()
            let signatures = try Command("wipefs", "--noheadings", "--output", "TYPE", disk.path).run()
            #expect(signatures.contains("linux_raid_member"), "the disk was written to: \(signatures)")
        }

        /// The other console: the menu drawn in full on the screen, driven by its keyboard, and read as a person reads it.
        private func useScreen(_ machine: Machine, _ workspace: Workspace, _ start: Start) throws {
            let screen = VGAScreen(machine, picture: workspace.log("\(start.name)-screen.png"))
            // The title is light on dark turned round, which tesseract does not always read.
            try screen.wait(for: "Restore this machine from a repository", "Power off")
            for key in ["down", "down", "down", "ret"] { try machine.monitor.press(key) }
            try screen.wait(for: "Gateway", "10.0.2.3", "looks again")
            try machine.monitor.press("ret")
            try screen.wait(for: "Restore this machine from a repository", "Power off")
            for key in ["9", "ret"] { try machine.monitor.press(key) }
            try screen.wait(for: "Type a number from")
            for key in ["4", "ret"] { try machine.monitor.press(key) }
            try screen.wait(for: "Keyboard and clock", "Save logs")
            for key in ["4", "ret"] { try machine.monitor.press(key) }
            try screen.wait(for: "Keyboard us", "sets both clocks")
            try machine.monitor.type("keyboard de")
            try screen.wait(for: "de is loaded", "sets both clocks")
            // On a German keyboard the keys of y and z have changed places: with another layout this is no "keyboard zz".
            try machine.monitor.type("kezboard yy")
            try screen.wait(for: "There is no layout")
            try machine.monitor.type("kezboard us")
            try screen.wait(for: "us is loaded", "sets both clocks")
        }

        /// Asks the shell of the image for what the menu does not show.
        private func look(_ machine: Machine, _ menu: RescueMenu, _ start: Start) throws {
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "4"))
            try menu.answer(.init(title: "tools", prompt: "Tool", answer: "2"))
            let overview = try menu.answer(.init(title: "disks of this machine", prompt: "Disk", answer: ""))
            #expect(overview.contains("64.0 MiB") && overview.contains("IMAGE-TEST-1"), "\(overview)")
            try menu.answer(.init(title: "tools", prompt: "Tool", answer: "1"))
            let console = machine.console
            try console.wait(for: "# ", within: 60)
            // busybox asks the terminal where the cursor is and takes the next byte for its answer.
            try console.send(line: "")
            try console.wait(for: "# ", within: 60)
            try console.send(line: "cat /sys/block/*/size; echo sizes=$?")
            let sizes = try console.wait(for: "sizes=0", within: 60)
            #expect(sizes.contains("\n131072\n"), "no disk of 64 MiB: \(sizes)")
            if start.firmware == .secureBoot {
                try console.send(line: "dmesg | grep -i 'secure boot'")
                try console.wait(for: "Secure boot enabled", within: 60)
            }
            try console.send(line: "exit")
            try saveLogs(menu, start)
        }

        /// Onto a foreign stick, where there is one; a rescue stick of our own only offers what can be written.
        private func saveLogs(_ menu: RescueMenu, _ start: Start) throws {
            try menu.answer(.init(title: "tools", prompt: "Tool", answer: "3"))
            let isForeign = start.medium == .cd
            let places = try menu.answer(
                .init(title: "choose a disk or export", prompt: "Place", answer: isForeign ? "0" : "back"))
            #expect(places.contains(isForeign ? "ext4 '\(ForeignStick.label)'" : "vfat 'LIFEBOATUSB'"), "\(places)")
            // What the stick starts from is no place for logs.
            #expect(!places.contains("LIFEBOATEFI"), "\(places)")
            let said = try menu.answer(.init(title: "tools", prompt: "Tool", answer: "menu"))
            #expect(said.contains("It is unmounted: a USB disk can be taken out.") == isForeign, "\(said)")
        }
    }
}

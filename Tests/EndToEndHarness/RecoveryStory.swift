import Foundation

/// A host's life, death and return, step by step, as the demo tells it and the end-to-end test judges it.
///
/// The steps are called in the order in which they stand here; each throws if what it shows is not so.
package final class RecoveryStory {
    package let workspace: Workspace
    let tell: (String) -> Void
    private var facts: HostFacts?
    var leftManifest: String?
    /// What the reports list as adapted, by the name of the variant.
    private var adapted: [String: [Range<Int>]] = [:]

    /// - Parameter tell: takes one sentence for each thing done.
    package init(_ workspace: Workspace, tell: @escaping (String) -> Void) {
        self.workspace = workspace
        self.tell = tell
    }

    private var hostDisk: String { workspace.file("host/host.raw") }
    /// A copy of the disk as it was captured: what judges compare with.
    private var capturedDisk: String { workspace.file("captured.raw") }
    var repository: String { workspace.file("repository") }

    func known() throws -> HostFacts {
        guard let facts else { throw HarnessError("No host was made yet") }
        return facts
    }

    /// A Debian hypervisor host in a raw disk image.
    package func makeHost() throws {
        tell("Making a hypervisor host: Debian 12 on LVM with GRUB for BIOS and UEFI, QEMU, and one virtual machine.")
        try Command(workspace.script("make-host"), "--output", workspace.file("host"), "--boot", "none").run()
        let facts = try HostFacts(path: workspace.file("host/host.facts"))
        self.facts = facts
        tell("It is called \(try facts.text("name")); \(try facts.text("used_mib")) MiB of its root volume are in use.")
    }

    /// Boots the host once; it proves itself and is given data that exists nowhere else.
    package func liveOnce() throws {
        let disk = Disk(path: hostDisk, controller: .virtioBlock, serial: "SRC-0001")
        let hardware = Hardware(name: "1-first-boot", firmware: .bios, disks: [disk], networkCard: .virtio)
        tell("Booting it for the first time, in QEMU: BIOS, virtio disk, virtio network card.")
        let machine = try Machine(hardware, logs: workspace.logs)
        let console = HostConsole(machine, facts: try known())
        try console.waitForProof(firmware: .bios, left: nil)
        tell("The host is up and its data is right. Logging in and leaving \(HostConsole.leftFiles) more files in it.")
        leftManifest = try console.leaveData()
        tell("Waiting for its virtual machine: a Linux with its own disk, which prints the checksum of a nonce.")
        try console.waitForVirtualMachine(boots: 1)
        tell("The virtual machine is up and its data is right. Shutting the host down.")
        try console.powerOff()
    }

    /// Captures the host's disk into a new repository.
    package func capture() throws {
        tell("Capturing the host's disk into a new repository.")
        try Command(workspace.lifeboat, "repository", "init", repository).run()
        let name = try known().text("name")
        let said = try Command(
            workspace.lifeboat, "capture", "--repository", repository, "--host", name, "--label", "before the fire",
            "--quiet",
            hostDisk
        ).run()
        try said.write(toFile: workspace.log("2-capture.log"), atomically: false, encoding: .utf8)
        tell(said.trimmingNewline)
        try Command(workspace.lifeboat, "verify", "--repository", repository, "--deep").run()
        tell("\"lifeboat verify --deep\" finds the repository sound.")
    }

    /// Keeps a copy for the judges and destroys the disk.
    package func loseDisk() throws {
        try Command("cp", "--sparse=always", hostDisk, capturedDisk).run()
        try DirtyDisk.destroy(hostDisk)
        tell("The host's disk is destroyed: every byte of it is 0xA5 now.")
    }

    /// Boots the rescue image on another machine and restores through the menu; the machine then reboots.
    package func rescue(_ variant: RescueVariant) throws {
        let target = targetDisk(variant)
        try DirtyDisk.make(target.path, size: variant.diskInMiB << 20)
        tell(
            "Another machine: \(variant.firmware.rawValue), \(variant.controller.rawValue) disk of \(variant.diskInMiB) MiB "
                + "with somebody else's data on it, \(variant.networkCard.rawValue) network card.")
        let server = try server(variant)
        defer { server.stop() }
        let hardware = hardware(variant, step: "3-rescue", iso: workspace.iso)
        let poweredOn = Date()
        let machine = try Machine(hardware, logs: workspace.logs)
        tell("The rescue image boots; the repository is at \(server.addressInGuest) for it.")
        let menu = RescueMenu(machine)
        let dialogue = RescueDialogue.restore(
            repository: server.addressInGuest, host: try known().text("name"), serial: variant.serial,
            isAdapted: variant.isAdapted)
        for (number, turn) in dialogue.turns.enumerated() {
            try menu.answer(turn) { screen in
                tell("  \(turn.prompt)> \(turn.answer)")
                if number == 0 { try showMenu(machine, variant, poweredOn: poweredOn) }
                if turn.prompt == "Plan" { tell(screen.components(separatedBy: "Nothing is written yet")[0]) }
            }
        }
        let started = Date()
        let report = try menu.waitForReport(within: 3600)
        let seconds = Int(Date().timeIntervalSince(started))
        tell("The menu reports after \(seconds) s:\n\(report)")
        guard !variant.isAdapted || report.contains("Proof of boot: all of") else {
            throw HarnessError("The report does not prove that the system starts:\n\(report)")
        }
        adapted[variant.name] = RescueMenu.adaptedRanges(in: report)
        try menu.reboot()
        tell("The machine has rebooted.")
    }

    private func showMenu(_ machine: Machine, _ variant: RescueVariant, poweredOn: Date) throws {
        tell("The menu is there \(Int(Date().timeIntervalSince(poweredOn))) s after power-on.")
        let picture = workspace.log("3-rescue-\(variant.name)-menu.png")
        try machine.monitor.screenshot(to: picture)
        tell("The VGA console shows it too: \(picture)")
    }

    /// Goes through the menu to the confirmation of the target, names another disk three times, and leaves.
    ///
    /// - Throws: when the menu accepts it, or a single byte of the target has changed.
    package func refuseWrongSerial(_ variant: RescueVariant) throws {
        let target = targetDisk(variant)
        try DirtyDisk.make(target.path, size: variant.diskInMiB << 20)
        let before = try Command("sha256sum", target.path).run()
        let server = try server(variant)
        defer { server.stop() }
        let machine = try Machine(hardware(variant, step: "wrong-serial", iso: workspace.iso), logs: workspace.logs)
        let menu = RescueMenu(machine)
        let dialogue = RescueDialogue.restore(
            repository: server.addressInGuest, host: try known().text("name"), serial: variant.serial)
        for turn in dialogue.turns.dropLast() { try menu.answer(turn) }
        try machine.console.wait(for: "== Lifeboat: confirm what is erased ==", within: 120)
        for wrong in ["SRC-0001", "yes", variant.name] {
            try machine.console.wait(for: "Serial> ", within: 60)
            try machine.console.send(line: wrong)
            try machine.console.wait(for: "\n! ", within: 60)
        }
        try machine.console.wait(for: "Plan> ", within: 60)
        machine.stop()
        guard try Command("sha256sum", target.path).run() == before else {
            throw HarnessError("The target changed although it was never confirmed")
        }
    }

    /// Judges the restored disk with outside tools, before anything boots from it.
    package func judge(_ variant: RescueVariant) throws {
        // What was adapted is judged from inside: every file by its checksum, when it boots.
        guard !variant.isAdapted else { return }
        let judge = DiskJudge(
            captured: capturedDisk, restored: targetDisk(variant).path, facts: try known(),
            adapted: adapted[variant.name] ?? [])
        for sentence in try judge.judge() { tell("  \(sentence)") }
    }

    /// Boots the restored disk; host and virtual machine prove from inside that they are who they were.
    package func proveReturn(_ variant: RescueVariant) throws {
        tell("Booting the restored disk, without the rescue image.")
        try proveReturn(of: Machine(hardware(variant, step: "4-restored"), logs: workspace.logs), variant)
    }

    func proveReturn(of machine: Machine, _ variant: RescueVariant) throws {
        let console = HostConsole(machine, facts: try known())
        for line in try console.waitForProof(firmware: variant.firmware, left: leftManifest) { tell("  host: \(line)") }
        tell("The host is back. Waiting for its virtual machine.")
        let said = try console.waitForVirtualMachine(boots: 2)
        for line in said.split(separator: "\n") where line.hasPrefix("VM-") { tell("  virtual machine: \(line)") }
        machine.stop()
        tell("Host and virtual machine are back, with their data, on other hardware.")
    }

    /// Removes the target of a variant: three gigabytes that the next one does not need.
    package func discardTarget(_ variant: RescueVariant) throws {
        try FileManager.default.removeItem(atPath: targetDisk(variant).path)
    }

    func targetDisk(_ variant: RescueVariant) -> Disk {
        Disk(path: workspace.file("target-\(variant.name).raw"), controller: variant.controller, serial: variant.serial)
    }

    func hardware(_ variant: RescueVariant, step: String, iso: String? = nil) -> Hardware {
        var hardware = Hardware(
            name: "\(step)-\(variant.name)", firmware: variant.firmware, disks: [targetDisk(variant)],
            networkCard: variant.networkCard, iso: iso)
        hardware.variables = workspace.file("variables-\(variant.name)")
        // What is written by several threads runs on several processors once.
        hardware.processors = 2
        return hardware
    }

    func server(_ variant: RescueVariant) throws -> WebServer {
        let log = workspace.log("3-server-\(variant.name).log")
        switch variant.server {
        case .lifeboatServe: return try .lifeboat(program: workspace.lifeboat, repository: repository, log: log)
        case .nginx: return try .nginx(root: repository, log: log)
        }
    }
}

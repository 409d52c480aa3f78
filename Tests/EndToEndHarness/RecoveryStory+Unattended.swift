import Foundation

extension RecoveryStory {
    /// As the firmware tells it; the blank is another sign in the name of the file.
    private static let machine = "LB 51"

    /// A machine that boots the rescue image over the network and restores by an answer file, which the server has under the
    /// machine's serial number: nobody types anything. It then starts the host at once (kexec); that and its virtual machine prove themselves.
    package func rescueUnattended(_ variant: RescueVariant) throws {
        let target = targetDisk(variant)
        try DirtyDisk.make(target.path, size: variant.diskInMiB << 20)
        let repository = try server(variant)
        defer { repository.stop() }
        let place = try NetworkBoot(workspace, machine: Self.machine)
        defer { place.stop() }
        // First a file that names another disk: not a byte may change.
        let before = try Command("sha256sum", target.path).run()
        try place.answer(with: try answers(repository, target: "SOME-OTHER-DISK"))
        var machine = try start(variant, place, step: "unattended-refused")
        try waitForResult(machine, "disks", seconds: 600)
        machine.stop()
        guard try Command("sha256sum", target.path).run() == before else {
            throw HarnessError("The target changed although the answer file names another disk")
        }
        tell("An answer file for another disk stops before the first write.")
        try place.answer(with: try answers(repository, target: variant.serial))
        machine = try start(variant, place, step: "unattended")
        try machine.console.wait(for: "== Lifeboat: restoring ==", within: 600)
        try machine.monitor.screenshot(to: workspace.log("unattended-menu.png"))
        try waitForResult(machine, "restored", seconds: 1800)
        tell("An answer file restores the host over the network. Its kernel starts at once, without the firmware.")
        try machine.console.wait(for: "... Starting Debian GNU/Linux", within: 300)
        try proveReturn(of: machine, variant)
    }

    private func start(_ variant: RescueVariant, _ place: NetworkBoot, step: String) throws -> Machine {
        var hardware = hardware(variant, step: step)
        hardware.networkBoot = place.directory
        hardware.serial = Self.machine
        return try Machine(hardware, logs: workspace.logs)
    }

    private func waitForResult(_ machine: Machine, _ code: String, seconds: Double) throws {
        try machine.console.wait(for: "LIFEBOAT-UNATTENDED {", within: seconds)
        let result = try machine.console.wait(for: "}", within: 60)
        guard result.contains("\"code\":\"\(code)\"") else {
            throw HarnessError("The restore without a person must end with \"\(code)\": \(result)")
        }
    }

    private func answers(_ repository: WebServer, target: String) throws -> String {
        try Command(
            workspace.lifeboat, "answer-file", try known().text("name"), "--repository", repository.address,
            "--address", repository.addressInGuest, "--disk", "0=\(target)", "--serial", Self.machine, "--after",
            "kexec"
        ).run()
    }
}

/// What a machine needs to boot the rescue image over the network, on a server of its own.
private final class NetworkBoot {
    let directory: String
    private let server: WebServer
    private let machine: String

    init(_ workspace: Workspace, machine: String) throws {
        self.machine = machine
        directory = workspace.file("network-boot")
        try Command("rm", "-rf", directory).run()
        try Command("mkdir", "-p", directory + "/answers").run()
        for part in ["vmlinuz", "initrd.img", "site.img"] {
            try workspace.extract(part, to: "\(directory)/\(part)")
        }
        server = try .nginx(root: directory, log: workspace.log("network-boot.log"))
        let script = """
            #!ipxe
            set site \(server.addressInGuest)
            kernel ${site}/vmlinuz initrd=initrd.img initrd=site.img console=tty0 console=ttyS0,115200 quiet \
            lifeboat.answers=${site}/answers/{serial}.toml
            initrd ${site}/initrd.img
            initrd ${site}/site.img
            boot

            """
        try script.write(toFile: directory + "/boot.ipxe", atomically: false, encoding: .utf8)
    }

    func answer(with text: String) throws {
        try text.write(
            toFile: "\(directory)/answers/\(machine.lowercased().replacing(" ", with: "-")).toml", atomically: false,
            encoding: .utf8
        )
    }

    func stop() { server.stop() }
}

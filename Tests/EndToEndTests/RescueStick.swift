import EndToEndHarness
import Foundation
import Testing

/// A rescue stick as scripts/make-usb makes it, with an answer file for another machine.
struct RescueStick {
    private static let answers = """
        format = 1
        [machine]
        serial = "SOME-OTHER-MACHINE"
        [restore]
        host = "nobody"
        [[restore.disk]]
        source = 0
        target = "NOT-THERE"
        """

    let path: String
    private let directory: TemporaryDirectory

    init(_ workspace: Workspace, in directory: TemporaryDirectory) throws {
        self.directory = directory
        path = directory.file("stick")
        try Self.answers.write(toFile: directory.file("answers"), atomically: true, encoding: .utf8)
        try Command(
            workspace.script("make-usb"), "--iso", workspace.iso, "--answers", directory.file("answers"),
            path
        ).run()
    }

    /// Waits until the menu is there and has refused the answer file of the stick, in whichever order.
    func waitForItsAnswers(_ machine: Machine) throws {
        let console = machine.console
        let signs = ["== Lifeboat: main menu ==", "\"code\":\"other-machine\""]
        let (first, _) = try console.wait(forFirstOf: signs, within: 900)
        for sign in signs where sign != first { try console.wait(for: sign, within: 60) }
    }

    /// What was left on the partition that can be written; judged by mtools and by FAT's own checker.
    func checkLogs() throws {
        let table = try Command("sfdisk", "--dump", path).run()
        let line = try #require(table.split(separator: "\n").first { $0.contains("LIFEBOATUSB") }, "\(table)")
        let match = try #require(line.firstMatch(of: #/start= *([0-9]+), size= *([0-9]+)/#))
        let partition = directory.file("partition")
        try Command(
            "dd", "if=\(path)", "of=\(partition)", "bs=512", "skip=\(match.1)", "count=\(match.2)", "status=none"
        ).run()
        try Command("fsck.vfat", "-n", partition).run()
        let names = try Command("mdir", "-/", "-b", "-i", partition, "::").run()
        for name in ["boot.log", "dmesg.log", "unattended.json"] {
            #expect(names.contains("::/logs/") && names.contains("/" + name), "no \(name): \(names)")
        }
        let result = try #require(names.split(separator: "\n").first { $0.hasSuffix("/unattended.json") })
        let text = try Command("mtype", "-i", partition, String(result)).run()
        #expect(text.contains("other-machine"), "\(text)")
    }
}

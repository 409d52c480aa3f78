import EndToEndHarness
import Foundation

/// Pictures of the rescue menu for docs/console.md; `scripts/console-pictures` builds everything and then runs this.
@main
struct ConsolePictures {
    static func main() {
        let words = CommandLine.arguments
        guard words.count == 7 else {
            say(
                "Usage: lifeboat-pictures CHECKOUT DIRECTORY LIFEBOAT ISO PICTURES MONTH (from scripts/console-pictures)"
            )
            exit(2)
        }
        do {
            let workspace = try Workspace(
                checkout: words[1], directory: words[2], logs: words[2] + "/logs", lifeboat: words[3], iso: words[4])
            let gallery = try ConsoleGallery(workspace, pictures: words[5]) { say("   \($0)") }
            try gallery.show(month: words[6], stops)
        } catch {
            say("No pictures: \(error)\nLogs are in \(words[2])/logs.")
            exit(1)
        }
    }

    private static func stops(server: String, host: String, serial: String) -> [ConsoleGallery.Stop] {
        let menu = ["Restore this machine from a repository", "Power off"]
        // What tesseract reads: names with many sevens it does not.
        return [
            .init("main-menu", menu, type: "3", seconds: 900),
            .init("network", ["Gateway", "looks again"], type: ""),
            .init("main-menu", menu, type: "7"),
            .init("ssh-off", ["nothing listens on this machine"], type: "password"),
            .init("ssh", ["Log in", "Host key"], type: "off"),
            .init("ssh-off", ["nothing listens on this machine"], type: ""),
            .init("main-menu", menu, type: "1"),
            .init("repository", ["The address of a Lifeboat server"], type: "fingerprint"),
            .init("fingerprint", ["Enter alone compares none"], type: "back"),
            .init("repository", ["The address of a Lifeboat server"], type: server),
            .init("host", ["month", "a part of one"], type: "month"),
            .init("moment-chart", ["Keys, or typed", "Chosen"], type: "back"),
            .init("host", ["month", "a part of one"], type: host),
            .init("moment", ["or latest"], type: "latest"),
            .init("disks", ["the disks of this machine"], type: "0=0"),
            .init("plan", ["Type one of these"], type: "yes"),
            .init("confirm", ["ALL OF THIS IS ERASED"], type: String(serial.suffix(6))),
            // Some 40 per cent of what that host has.
            .init("restoring", ["Ctrl-C asks"], type: "", seconds: 300, mebibytesWritten: 220),
            .init("finished", ["main menu, r: reboot"], type: "", seconds: 900),
            .init("main-menu", menu, type: "4"),
            .init("tools", ["Save logs and reports", "Keyboard and clock"], type: "2"),
            .init("tools-disks", ["tells all of disk"], type: "back"),
            .init("tools", ["Save logs and reports", "Keyboard and clock"], type: "4"),
            .init("clock", ["asks the repository", "sets both clocks"], type: "clock network"),
            .init("clock-network", ["proves that this"], type: "yes"),
            .init("clock", ["asks the repository", "sets both clocks"], type: "menu"),
            .init("main-menu", menu, type: "2"),
            .init("capture-place", ["Its disk cannot be captured"], type: "menu"),
            .init("main-menu", menu, type: "6"),
            .init("power-off", ["anything else goes back"], type: "yes"),
        ]
    }

    private static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}

import Dispatch
import EndToEndHarness
import Foundation

/// Tells the story of a host that is lost and comes back; `scripts/demo` builds everything and then runs this.
@main
struct Demo {
    static func main() {
        let words = CommandLine.arguments
        guard words.count == 7, let variant = ["bios": RescueVariant.bios, "uefi": .uefi][words[6]] else {
            say("Usage: lifeboat-demo CHECKOUT DIRECTORY LOGS LIFEBOAT ISO bios|uefi (scripts/demo does that)")
            exit(2)
        }
        let signals = [SIGINT, SIGTERM].map(endMachines)
        defer { signals.forEach { $0.cancel() } }
        do {
            let workspace = try Workspace(
                checkout: words[1], directory: words[2], logs: words[3], lifeboat: words[4], iso: words[5])
            try tell(RecoveryStory(workspace) { say(indented($0)) }, variant)
        } catch {
            say("\nThe demo failed: \(error)\nLogs are in \(words[3]).")
            exit(1)
        }
    }

    /// Leaves no emulated machine behind when the demo is told to end.
    private static func endMachines(on number: Int32) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            BackgroundProcess.killAll()
            exit(128 + number)
        }
        source.resume()
        return source
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "   \($0)" }.joined(separator: "\n")
    }

    /// Prints at once, also into a pipe.
    private static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    private static func tell(_ story: RecoveryStory, _ variant: RescueVariant) throws {
        say("\n== 1. A host ==")
        try story.makeHost()
        try story.liveOnce()
        say("\n== 2. Its capture ==")
        try story.capture()
        say("\n== 3. Its end ==")
        try story.loseDisk()
        say("\n== 4. The rescue ==")
        try story.rescue(variant)
        say("\n== 5. What outside tools say about the restored disk ==")
        try story.judge(variant)
        say("\n== 6. Its return ==")
        try story.proveReturn(variant)
    }
}

import Foundation
import Inventory
import RescueConsole
import Testing

@Suite("A whole session")
struct TranscriptTests {
    /// A restore with a wrong serial, a lost connection and a mistyped passphrase, as the serial log would show it.
    private static func session() -> String {
        var person = Operator()
        person.type("1")
        person.bring(.free)
        person.type("")
        var web01 = Samples.web01
        let card = Samples.card("3c:ec:ef:00:00:01")
        web01.add(
            Samples.machine("web01", [card]),
            present: MachineLikeness.Present(product: nil, networkInterfaces: [card], disks: []))
        person.bring(.repositoryOpened([web01, Samples.db]))
        person.type("web01")
        person.bring(.timelineLoaded(Samples.moments(3)))
        person.type("2h")
        person.bring(.disksListed(sources: [Samples.source(0)], targets: [Samples.target, Samples.second]))
        person.type("")
        person.bring(
            .planReady([
                "Restore of web01 as of 2026-11-22T16:00:00Z, cold", "",
                "  disk 0 (was Samsung PM9A3, OLD000), 40.0 GiB (42949672960 bytes)",
                "    to      /dev/sda (QEMU HARDDISK, TARGET-123456), 48.0 GiB (51539607552 bytes)",
            ]))
        person.type("yes")
        person.type("111111")
        person.type("123456")
        for second in stride(from: 0.0, through: 4, by: 1) {
            person.bring(
                .progress(
                    ProgressSample(
                        phase: "Writing", done: UInt64(second * 100) << 20, total: 1 << 30, seconds: second,
                        trouble: second == 3 ? "attempt 1: the connection was lost; trying again" : nil)))
        }
        var question = PassphraseQuestion(container: "partition 3 of /dev/sda (LUKS 0b3cdb0d)")
        person.bring(.passphraseWanted(question))
        person.type("wrong")
        question.isRepeated = true
        person.bring(.passphraseWanted(question))
        person.type("right")
        person.bring(.report(JobReport(.finished, ["web01: restored and verified in 5 s", "Verified: every block."])))
        person.type("r")
        person.bring(.free)
        return person.transcript
    }

    @Test("the transcript is the golden one")
    func golden() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/restore.txt")
        let expected = try String(contentsOf: file, encoding: .utf8)
        let actual = Self.session()
        for (number, lines) in zip(
            expected.split(separator: "\n", omittingEmptySubsequences: false),
            actual.split(separator: "\n", omittingEmptySubsequences: false)
        ).enumerated() { #expect(lines.0 == lines.1, "line \(number + 1)") }
        #expect(actual.utf8.count == expected.utf8.count)
    }
}

import Repository
import RepositoryFormat
import Testing

@Suite struct DrillVerdictTests {
    private static let time: Int64 = 1_795_744_800_000_000_000

    @Test(
        "a verdict is its label, and the label the verdict",
        arguments: [
            (DrillVerdict(isProved: true, time: time, seconds: 74, hardware: "nvme,uefi,e1000e"), "proved "),
            (
                DrillVerdict(
                    isProved: false, time: time, seconds: 600, hardware: "ahci,bios", reason: "no login: it hangs"),
                "failed "
            ),
        ])
    func label(_ verdict: DrillVerdict, _ start: String) throws {
        #expect(verdict.label.hasPrefix(start))
        #expect(DrillVerdict(label: verdict.label) == verdict)
        try Mark.check(label: verdict.label)
    }

    @Test("a long reason with line feeds is cut to a label that lists can show")
    func long() throws {
        let reason = String(repeating: "ä\n", count: 400)
        let verdict = DrillVerdict(isProved: false, time: Self.time, seconds: 1, hardware: "nvme", reason: reason)
        #expect(verdict.label.utf8.count <= Limits.name)
        #expect(verdict.label.utf8.count > Limits.name - 4)
        try Mark.check(label: verdict.label)
        #expect(try #require(DrillVerdict(label: verdict.label)).reason.hasPrefix("ä ä"))
    }

    @Test(
        "other labels are no verdicts",
        arguments: [
            "", "proved", "proved yesterday 7 s nvme", "before upgrade at 7 s nvme",
            "proved 2026-11-20T02:00:00Z -7 s nvme",
        ])
    func others(_ label: String) { #expect(DrillVerdict(label: label) == nil) }
}

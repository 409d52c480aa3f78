import Foundation

extension Matrix {
    /// Two drills on the cell's target: one whose patience ends before any machine is up, which every list must say, and one that
    /// must come to a login without a network.
    package func drill(_ cell: MatrixCell, capInSeconds: Double) throws {
        precondition(cell.source.isPlain, "this machine cannot open \(cell.source)")
        let facts = try source(cell.source)
        let host = try facts.text("name")
        try judge("drill of \(cell)", capInSeconds: capInSeconds) { clock in
            let before = try Command.sum(of: repository + "/packs")
            try failingDrill(cell, host: host)
            try passingDrill(cell, host: host, Int(try clock.left()))
            guard try Command.sum(of: repository + "/packs") == before else {
                throw HarnessError("A drill changed what the repository holds of disks")
            }
        }
    }

    private func drillWords(_ cell: MatrixCell, host: String, output: String, seconds: Int) -> [String] {
        [
            workspace.lifeboat, "drill", host, "--repository", repository, "--hardware", cell.target.description,
            "--accelerator", "tcg", "--memory", "1024", "--output", output, "--json", "--quiet", "--timeout",
            "\(seconds)",
        ]
    }

    private func failingDrill(_ cell: MatrixCell, host: String) throws {
        let output = workspace.log("drill-\(cell.name)-impatient")
        let words = drillWords(cell, host: host, output: output, seconds: 8) + ["--as-captured"]
        let result = try Command(words).result()
        let report = try Report(result)
        guard result.status == 1, !report.isPassed, report.ending == "no \"login:\" within 8 s", report.isStored else {
            throw HarnessError("Nothing is up within 8 s, but: \(result.output)\(result.errors)")
        }
        try expect("FAILED", in: ["hosts"])
        try expect("FAILED", in: ["timeline", host])
    }

    /// The login is looked for on the screen: the serial port calls its terminal otherwise. The second check holds only where
    /// nobody answers.
    private func passingDrill(_ cell: MatrixCell, host: String, _ seconds: Int) throws {
        let output = workspace.log("drill-\(cell.name)")
        let checks = ["systemctl is-active ssh", "ip route get 10.0.2.2 && ! ping -c 1 -W 3 10.0.2.2"]
        let more = ["--expect", "tty1"] + checks.flatMap { ["--check", $0] }
        let result = try Command(drillWords(cell, host: host, output: output, seconds: seconds) + more).result()
        let report = try Report(result)
        guard result.status == 0, report.isPassed, report.loginOn == "screen", report.checks.map(\.status) == [0, 0],
            report.adaptation?.steps.isEmpty == false, report.isStored
        else { throw HarnessError("Adapted it must start, but: \(result.output)\(result.errors)") }
        let said = try String(contentsOfFile: output + "/serial.log", encoding: .utf8).replacing("\r\n", with: "\n")
        guard said.contains("HOST-NONCE "), said.contains(" answers=no ") else {
            throw HarnessError("It is not the host, or it reaches its router: see \(output)/serial.log")
        }
        guard try Data(contentsOf: URL(filePath: output + "/screenshot.png")).starts(with: [0x89, 0x50, 0x4E, 0x47])
        else {
            throw HarnessError("\(output)/screenshot.png is no picture")
        }
        tell("adapted: login on the screen after \(report.seconds) s")
        try expect("proved 20", in: ["hosts"])
        try expect("proved 20", in: ["timeline", host])
    }

    private func expect(_ word: String, in words: [String]) throws {
        let said = try Command([workspace.lifeboat] + words + ["--repository", repository]).run()
        guard said.contains(word) else { throw HarnessError("\(words) does not say \(word):\n\(said)") }
    }

    /// The members of the report that are judged.
    private struct Report: Decodable {
        struct Check: Decodable { var status: Int? }
        struct Adaptation: Decodable {
            struct Step: Decodable { var name: String }
            var steps: [Step]
        }

        var loginOn: String?
        var seconds: Int
        var ending: String?
        var checks: [Check]
        var adaptation: Adaptation?
        var isStored: Bool
        var isPassed: Bool

        init(_ result: Command.Result) throws {
            do { self = try JSONDecoder().decode(Self.self, from: Data(result.output.utf8)) } catch {
                throw HarnessError("No report of a drill (status \(result.status)): \(result.output)\(result.errors)")
            }
        }
    }
}

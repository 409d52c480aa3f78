package import Recovery

/// Puts commands into a host that it runs when it is up, and whose results it says on its second serial port.
package struct DrillChecksStep: AdaptationStep {
    package let name = "drill-checks"
    package let commands: [String]

    static let end = "LIFEBOAT-CHECKS-END"
    /// For one command.
    private static let secondsOfPatience = 120
    private static let script = "/etc/lifeboat-drill-checks"
    private static let folder = "/etc/systemd/system"

    package init(commands: [String]) { self.commands = commands }

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        try AdaptationPlan(
            writing: files, in: system.tree,
            reason: "\(commands.count) checks run when the host is up, in this drill only")
    }

    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        [
            Proof(
                "the checks will be run", holds: system.tree.hasSystemd,
                detail: "the host has no systemd, which would run them: leave out --check")
        ]
    }

    private var files: [(path: String, text: String)] {
        [
            (Self.script, scriptText),
            (
                "\(Self.folder)/lifeboat-drill.service",
                """
                [Unit]
                Description=Checks of a drill
                After=multi-user.target

                [Service]
                Type=oneshot
                ExecStart=/bin/sh \(Self.script)

                """
            ),
            ("\(Self.folder)/multi-user.target.d/lifeboat-drill.conf", "[Unit]\nWants=lifeboat-drill.service\n"),
        ]
    }

    private var scriptText: String {
        var lines = ["exec >/dev/ttyS1 2>&1 </dev/null"]
        for (number, command) in commands.enumerated() {
            let quoted = "'" + command.replacing("'", with: #"'\''"#) + "'"
            lines.append("echo LIFEBOAT-CHECK \(number) BEGIN")
            lines.append("timeout \(Self.secondsOfPatience) /bin/sh -c \(quoted) >/run/lifeboat-check 2>&1; status=$?")
            // A later command may not change what was said, and a long one may not fill the port.
            lines.append("head -c 4096 /run/lifeboat-check; echo; echo LIFEBOAT-CHECK \(number) STATUS $status")
        }
        return (lines + ["echo \(Self.end)"]).joined(separator: "\n") + "\n"
    }

    /// What the host has said of each command so far; nil as status where it has not.
    package func results(in text: String) -> [DrillReport.Check] {
        commands.enumerated().map { number, command in
            var check = DrillReport.Check(command: command, status: nil, output: "")
            guard let begin = text.firstRange(of: "LIFEBOAT-CHECK \(number) BEGIN\n") else { return check }
            let rest = text[begin.upperBound...]
            guard let end = rest.firstRange(of: "\nLIFEBOAT-CHECK \(number) STATUS ") else { return check }
            check.output = String(rest[..<end.lowerBound])
            check.status = Int(rest[end.upperBound...].prefix { $0.isNumber })
            return check
        }
    }
}

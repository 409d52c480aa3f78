extension AnswerFile {
    /// The TOML document, with what its keys mean.
    package var text: String {
        var lines = [
            "# Answers for the rescue image of Lifeboat: restores without a person (docs/answer-file.md).",
            "format = 1",
        ]
        let machine = [("serial", machine.serial), ("uuid", machine.uuid), ("mac", machine.mac)]
        if machine.contains(where: { $0.1 != nil }) {
            lines += ["", "# Only on this machine.", "[machine]"] + Self.lines(machine)
        }
        if !network.isEmpty {
            lines += ["", "[network]", "settings = [\(network.map(Self.quoted).joined(separator: ", "))]"]
        }
        lines += ["", "[repository]"]
        lines += Self.lines([
            ("address", repository.address), ("token", repository.token), ("fingerprint", repository.fingerprint),
        ])
        lines += ["", "[restore]", "host = \(Self.quoted(host))", "# \"latest\", an age (2h, 3d) or a time (UTC)."]
        lines.append("at = \(Self.quoted(time))")
        let flags = [
            ("exact", isExact), ("grow", grows), ("fit", fits), ("combine", combines),
            ("split", splits),
            ("accept-warnings", acceptsWarnings),
        ]
        for (key, isOn) in flags where isOn { lines.append("\(key) = true") }
        if !passphrases.isEmpty {
            lines.append("passphrases = [\(passphrases.map(Self.quoted).joined(separator: ", "))]")
        }
        for disk in disks {
            lines += ["", "[[restore.disk]]", "source = \(disk.source)"]
            lines.append(
                disk.target.map { "# ALL OF IT IS ERASED.\ntarget = \(Self.quoted($0))" } ?? "leave-out = true")
        }
        lines += ["", "# reboot, kexec (after success), power-off or menu.", "[after]"]
        lines += ["success = \(Self.quoted(afterSuccess.rawValue))", "failure = \(Self.quoted(afterFailure.rawValue))"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ pairs: [(String, String?)]) -> [String] {
        pairs.compactMap { key, value in value.map { "\(key) = \(quoted($0))" } }
    }

    /// A basic string of TOML.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{20}"..."\u{7e}", "\u{a0}"...: quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}

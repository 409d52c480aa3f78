extension VerificationReport {
    /// The report in words, line by line.
    package var text: String {
        var lines: [String] = []
        for damage in damages {
            lines.append("DAMAGED  \(damage.object)")
            lines.append("  \(damage.what)")
            lines += Self.touched(by: damage).map { "  \($0)" }
        }
        lines += notes.map { "Note: \($0)" }
        lines.append(
            "Checked \(counts.hosts) hosts, \(counts.heads) heads, \(counts.moments) moments, \(counts.mapPages) map pages, "
                + (counts.segments > 0 ? "\(counts.segments) segments, " : "")
                + "\(counts.packs) packs with \(counts.frames) frames and \(counts.chunks) chunks "
                + "(\(counts.packBytes) bytes\(deep ? ", decompressed and compared chunk by chunk" : "")).")
        lines.append(verdict)
        return lines.joined(separator: "\n") + "\n"
    }

    private var verdict: String {
        if ok { return "No damage: every moment can be restored." }
        let moments = Set(damages.flatMap(\.moments)).count
        let lost = damages.filter { $0.moments.isEmpty }.flatMap(\.hosts)
        var text = "\(damages.count) damages; \(moments) of \(counts.moments) moments cannot be restored whole."
        if !lost.isEmpty { text += " Look at \(Set(lost).sorted().joined(separator: ", ")) first." }
        return text
            + " Take the damaged objects from another copy of the repository, or choose a moment not named above."
    }

    private static func touched(by damage: Damage) -> [String] {
        let stretches = damage.stretches.map { "touches writes of \($0.host) from \($0.from) to \($0.to)" }
        guard stretches.isEmpty else { return stretches + damage.moments.map(line) }
        if damage.moments.isEmpty {
            return damage.hosts.isEmpty
                ? ["touches no moment"] : ["touches \(damage.hosts.joined(separator: ", ")), but no moment by itself"]
        }
        return damage.moments.map(line)
    }

    private static func line(_ moment: TouchedMoment) -> String {
        "touches \(moment.host) at \(moment.time)" + (moment.label.isEmpty ? "" : " (\(moment.label))")
    }
}

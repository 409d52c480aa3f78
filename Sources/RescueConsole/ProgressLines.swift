internal import Progress

/// Turns samples into lines: one at each interval, one when the phase changes, one for each new trouble. Lines are never
/// overwritten: a serial log keeps them all. For a screen that is drawn in full, into a picture that is.
package struct ProgressLines: Sendable {
    private let interval: Double
    private var estimator = RateEstimator()
    private var last: ProgressSample?
    private var printedAt: Double?
    private var begunAt: Double?
    private var phases: [String] = []
    private var troubles = 0
    private var troubledAt = 0.0

    package init(intervalInSeconds: Double) { interval = intervalInSeconds }

    /// The newest sample, for who asks what the other console does.
    package var latest: String? { last.map { line(of: $0) } }

    /// The lines to print now, mostly none.
    package mutating func add(_ sample: ProgressSample) -> [String] {
        var lines: [String] = []
        let isNewPhase = sample.phase != last?.phase
        if isNewPhase {
            estimator = RateEstimator()
            phases.append(sample.phase)
        }
        estimator.add(done: sample.done, seconds: sample.seconds)
        if begunAt == nil { begunAt = sample.seconds }
        if let trouble = sample.trouble, trouble != last?.trouble {
            lines += PlainText.wrap("! \(trouble)")
            troubles += 1
            troubledAt = sample.seconds
        }
        last = sample
        if isNewPhase || sample.seconds - (printedAt ?? 0) >= interval {
            printedAt = sample.seconds
            lines.append(line(of: sample))
        }
        return lines
    }

    // MARK: The picture

    private static let barLength = 36
    /// More disks than this are told by their number.
    private static let mostDisks = 6

    /// Everything there is to say now, for a place where it replaces what was said before; at most 14 lines.
    package var board: [String] {
        guard let last else { return [] }
        var lines = [phases.dropLast().map { "\($0): done" }.suffix(3).joined(separator: "   ")]
        guard last.total > 0 else { return lines + ["\(last.phase) ..."] }
        lines.append(Self.bar(last.phase, last.done, of: last.total))
        let hasRate = estimator.rateMean > 0
        lines.append(
            [
                "  " + amount(last.done, of: last.total),
                hasRate ? "now \(Quantity.rate(estimator.rateNow))" : "",
                hasRate ? "mean \(Quantity.rate(estimator.rateMean))" : "",
            ].filter { !$0.isEmpty }.joined(separator: "   "))
        // How long the check takes is known when it has begun: it reads what was written, and the zeros as well.
        let after = last.phase == "Writing" ? ", then the check" : ""
        let left = estimator.secondsLeft(total: last.total).map {
            "about \(Quantity.duration(seconds: $0)) left\(after)"
        }
        lines.append(
            [
                "  running \(Quantity.duration(seconds: last.seconds - (begunAt ?? last.seconds)))",
                left ?? "time left: not known yet", last.details,
            ].filter { !$0.isEmpty }.joined(separator: "   "))
        if last.disks.count > 1 {
            lines.append("")
            lines += last.disks.prefix(Self.mostDisks).map { Self.bar($0.name, $0.done, of: $0.total) }
            let more = last.disks.count - Self.mostDisks
            if more > 0 { lines.append("  and \(more) more") }
        }
        if troubles > 0, let trouble = last.trouble {
            lines.append("")
            let ago = Quantity.duration(seconds: last.seconds - troubledAt)
            lines += PlainText.wrap("Tried again: \(troubles) x, last \(ago) ago: \(trouble)").prefix(3)
        }
        return lines
    }

    /// "Writing   [########------]  37.5 %".
    private static func bar(_ name: String, _ done: UInt64, of total: UInt64) -> String {
        let filled = total == 0 ? barLength : Int(Double(min(done, total)) / Double(total) * Double(barLength))
        let head = PlainText.padded(PlainText.cut(name, 30), to: 10)
        let percent = total == 0 ? "done" : Quantity.percent(min(done, total), of: total)
        return head + " [" + String(repeating: "#", count: filled) + String(repeating: "-", count: barLength - filled)
            + "] " + percent
    }

    // MARK: The line

    /// "Writing    37.5 %  15.0/40.0 GiB  101.2 MiB/s  mean 99.8 MiB/s  4 min 10 s left"
    private func line(of sample: ProgressSample) -> String {
        guard sample.total > 0 else { return "\(sample.phase) ..." }
        let phase = PlainText.padded(sample.phase, to: 9)
        let percent = Quantity.percent(sample.done, of: sample.total)
        let head =
            "\(phase) \(String(repeating: " ", count: max(0, 7 - percent.utf8.count)))\(percent)  "
            + amount(sample.done, of: sample.total)
        let hasRate = estimator.rateMean > 0
        let rate = hasRate ? Quantity.rate(estimator.rateNow) : ""
        let mean = hasRate ? "mean \(Quantity.rate(estimator.rateMean))" : ""
        let left = estimator.secondsLeft(total: sample.total).map { "\(Quantity.duration(seconds: $0)) left" } ?? ""
        // What a line has no room for is left out, the least important first.
        for parts in [[head, rate, mean, left, sample.details], [head, rate, mean, left], [head, rate, left]] {
            let line = parts.filter { !$0.isEmpty }.joined(separator: "  ")
            if line.utf8.count <= PlainText.width { return line }
        }
        return PlainText.cut(head, PlainText.width)
    }

    /// "15.0/40.0 GiB", or "512.0 MiB/40.0 GiB".
    private func amount(_ done: UInt64, of total: UInt64) -> String {
        let parts = Quantity.bytes(done).split(separator: " ")
        let whole = Quantity.bytes(total)
        return whole.hasSuffix(" \(parts[1])") ? "\(parts[0])/\(whole)" : "\(parts[0]) \(parts[1])/\(whole)"
    }
}

internal import Progress

/// Turns samples into lines: one at each interval, one when the phase changes, one for each new trouble. Lines are never
/// overwritten: a serial log keeps them all.
package struct ProgressLines: Sendable {
    private let interval: Double
    private var estimator = RateEstimator()
    private var last: ProgressSample?
    private var printedAt: Double?

    package init(intervalInSeconds: Double) { interval = intervalInSeconds }

    /// The newest sample, for who asks what the other console does.
    package var latest: String? { last.map { line(of: $0) } }

    /// The lines to print now, mostly none.
    package mutating func add(_ sample: ProgressSample) -> [String] {
        var lines: [String] = []
        let isNewPhase = sample.phase != last?.phase
        if isNewPhase { estimator = RateEstimator() }
        estimator.add(done: sample.done, seconds: sample.seconds)
        if let trouble = sample.trouble, trouble != last?.trouble { lines += PlainText.wrap("! \(trouble)") }
        last = sample
        if isNewPhase || sample.seconds - (printedAt ?? 0) >= interval {
            printedAt = sample.seconds
            lines.append(line(of: sample))
        }
        return lines
    }

    /// "Writing    37.5 %  15.0/40.0 GiB  101.2 MiB/s  mean 99.8 MiB/s  4 min 10 s left"
    private func line(of sample: ProgressSample) -> String {
        guard sample.total > 0 else { return "\(sample.phase) ..." }
        let phase = sample.phase + String(repeating: " ", count: max(0, 9 - sample.phase.utf8.count))
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

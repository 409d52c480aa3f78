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

    /// "Writing    37.5 %  15.0 GiB of 40.0 GiB  101.2 MiB/s  mean 99.8 MiB/s  4 min 10 s left"
    private func line(of sample: ProgressSample) -> String {
        let phase = sample.phase + String(repeating: " ", count: max(0, 9 - sample.phase.utf8.count))
        guard sample.total > 0 else { return phase.split(separator: " ").joined(separator: " ") + " ..." }
        let percent = Quantity.percent(sample.done, of: sample.total)
        var parts = [
            phase, String(repeating: " ", count: max(0, 7 - percent.utf8.count)) + percent,
            "\(Quantity.bytes(sample.done)) of \(Quantity.bytes(sample.total))",
        ]
        let left = estimator.secondsLeft(total: sample.total).map { "\(Quantity.duration(seconds: $0)) left" }
        // In the order in which they may be left out when the line gets too long.
        let more = [
            left, Quantity.rate(estimator.rateNow), "mean \(Quantity.rate(estimator.rateMean))",
            sample.details.isEmpty ? nil : sample.details,
        ].compactMap { $0 }
        for part in more where (parts + [part]).joined(separator: "  ").utf8.count <= PlainText.width {
            parts.append(part)
        }
        return PlainText.cut(parts.joined(separator: "  "), PlainText.width)
    }
}

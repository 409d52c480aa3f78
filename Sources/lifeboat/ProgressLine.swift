import LinuxSystem
import Progress

/// One line of progress on standard error: drawn over itself on a terminal, every ten seconds otherwise.
struct ProgressLine {
    private var estimator = RateEstimator()
    private var lastDrawn: UInt64 = 0
    private var drawn = false
    private let isQuiet: Bool
    private let isTerminal = Terminal.errorIsTerminal

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// Takes a sample and draws it when it is time to.
    mutating func update(done: UInt64, total: UInt64, what: String, details: String = "") {
        guard !isQuiet else { return }
        let now = Clocks.monotonicNanoseconds
        let interval: UInt64 = isTerminal ? 250_000_000 : 10_000_000_000
        if lastDrawn == 0 {
            lastDrawn = now
            estimator.add(done: done, seconds: Double(now) / 1e9)
        }
        guard now - lastDrawn >= interval else { return }
        lastDrawn = now
        drawn = true
        estimator.add(done: done, seconds: Double(now) / 1e9)
        let left = estimator.secondsLeft(total: total).map { ", \(Quantity.duration(seconds: $0)) left" } ?? ""
        let line =
            "\(what): \(Quantity.percent(done, of: total)) of \(Quantity.bytes(total)), "
            + "\(Quantity.rate(estimator.rateNow))\(left)\(details)"
        if isTerminal { Terminal.redraw(line) } else { Terminal.printError(line) }
    }

    /// Draws a line that counts something else than bytes, when it is time to.
    mutating func say(_ line: String) {
        guard !isQuiet else { return }
        let now = Clocks.monotonicNanoseconds
        let interval: UInt64 = isTerminal ? 250_000_000 : 10_000_000_000
        if lastDrawn == 0 { lastDrawn = now }
        guard now - lastDrawn >= interval else { return }
        lastDrawn = now
        drawn = true
        if isTerminal { Terminal.redraw(line) } else { Terminal.printError(line) }
    }

    /// Starts anew for another phase.
    mutating func reset() {
        estimator = RateEstimator()
        lastDrawn = 0
    }

    /// Ends the line so that what follows starts on its own.
    mutating func finish() {
        if drawn, isTerminal { Terminal.redraw("") }
        drawn = false
    }
}

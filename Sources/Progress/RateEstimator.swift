/// Rate and time left of something that counts up to a known total. A value: feed it samples, ask it.
///
/// The present rate is that of the last `windowInSeconds`; the time left comes from the mean of it and the mean of all, so
/// that one stall or one burst does not make it jump, and it is nil until it rests on two seconds of samples.
package struct RateEstimator: Sendable {
    private struct Sample: Sendable {
        var seconds: Double
        var done: UInt64
    }

    private let windowInSeconds: Double
    private var samples: [Sample] = []
    private var first: Sample?

    package init(windowInSeconds: Double = 10) { self.windowInSeconds = windowInSeconds }

    /// Adds a sample; `seconds` on a clock that never steps back.
    package mutating func add(done: UInt64, seconds: Double) {
        let sample = Sample(seconds: seconds, done: done)
        if first == nil { first = sample }
        samples.append(sample)
        while samples.count > 2, samples[1].seconds < seconds - windowInSeconds { samples.removeFirst() }
    }

    /// Per second, over the window.
    package var rateNow: Double { Self.rate(samples.first, samples.last) }
    /// Per second, since the first sample.
    package var rateMean: Double { Self.rate(first, samples.last) }

    /// Seconds until `total`, nil while nothing can be said.
    package func secondsLeft(total: UInt64) -> Double? {
        guard let first, let last = samples.last, last.seconds - first.seconds >= 2 else { return nil }
        guard total > last.done else { return 0 }
        let rate = (rateNow + rateMean) / 2
        return rate > 0 ? Double(total - last.done) / rate : nil
    }

    private static func rate(_ from: Sample?, _ to: Sample?) -> Double {
        guard let from, let to, to.seconds > from.seconds, to.done >= from.done else { return 0 }
        return Double(to.done - from.done) / (to.seconds - from.seconds)
    }
}

/// Which of the things that a long request says it is doing become lines: each new one at once; of one that goes on, the same up
/// to its colon, one in ten seconds.
package struct StepLines: Sendable {
    private static let intervalInSeconds = 10.0

    private var head = ""
    private var saidAt = 0.0

    package init() {}

    /// The line to say now, if any.
    package mutating func line(_ step: String, seconds: Double) -> String? {
        let head = String(step.split(separator: ":", maxSplits: 1).first ?? "")
        guard head != self.head || seconds - saidAt >= Self.intervalInSeconds else { return nil }
        (self.head, saidAt) = (head, seconds)
        return "... \(step)"
    }
}

/// How long and how often a request is tried again when the network or the server fails in a way that may pass.
package struct RetryPolicy: Hashable, Sendable {
    /// How long to go on without a byte of progress; nil means for ever. An attempt that is under way when the
    /// time ends is not cut short.
    package var patience: Duration?
    /// The wait after the first failure; doubled after each further one.
    package var firstWait: Duration
    /// No wait is longer, whatever the doubling or the server's Retry-After says.
    package var longestWait: Duration

    package init(
        patience: Duration?, firstWait: Duration = .milliseconds(250), longestWait: Duration = .seconds(10)
    ) {
        precondition(firstWait > .zero && longestWait >= firstWait, "waits of \(firstWait) to \(longestWait)")
        self.patience = patience
        self.firstWait = firstWait
        self.longestWait = longestWait
    }

    /// Before anything is written: somebody sits there, and nothing is lost by saying no.
    package static let preflight = RetryPolicy(patience: .seconds(15))
    /// During a restore: a switch that reboots must not end it.
    package static let restore = RetryPolicy(patience: .seconds(600))
    /// For as long as it takes, until the operator interrupts.
    package static let endless = RetryPolicy(patience: nil)
}

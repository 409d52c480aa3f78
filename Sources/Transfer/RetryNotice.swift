/// One failed attempt that will be repeated: what a progress display shows while the connection is lost.
package struct RetryNotice: Sendable {
    /// Which attempt failed, from 1.
    package let attempt: Int
    /// Why, as the end of a sentence.
    package let reason: String
    /// How long until the next attempt.
    package let wait: Duration
    /// The address without user and password.
    package let url: String
}

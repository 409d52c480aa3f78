internal import Transfer

extension HTTPStore {
    /// One failed attempt that will be repeated: what a progress display shows while the connection is lost.
    package struct Retry: Sendable {
        /// Which attempt of this read failed, from 1.
        package let attempt: Int
        /// Why, as the end of a sentence; printable ASCII.
        package let reason: String
        /// How long until the next attempt.
        package let wait: Duration

        init(_ notice: RetryNotice) {
            attempt = notice.attempt
            reason = notice.reason
            wait = notice.wait
        }
    }
}

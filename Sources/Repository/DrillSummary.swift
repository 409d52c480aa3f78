internal import RepositoryFormat

/// A verdict as lists show it.
package struct DrillSummary: Codable, Hashable, Sendable {
    /// The moment that was tried, and when.
    package var moment: String
    package var time: String
    package var isProved: Bool
    package var seconds: Int
    package var hardware: String
    package var reason: String?
    /// "proved 2026-11-20, 74 s".
    package var text: String

    package init(_ verdict: DrillVerdict, of moment: Int64) {
        self.moment = Timestamp.text(ofNanoseconds: moment)
        time = Timestamp.text(ofNanoseconds: verdict.time)
        isProved = verdict.isProved
        seconds = verdict.seconds
        hardware = verdict.hardware
        reason = verdict.reason.isEmpty ? nil : verdict.reason
        text = verdict.text
    }
}

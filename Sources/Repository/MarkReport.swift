/// What was done to a host's marks, as JSON.
package struct MarkReport: Codable, Sendable {
    package var host: String
    package var label: String
    /// The marked moment, or those that lost the label.
    package var marks: [MarkSummary]
    /// Whether the timeline is another than before.
    package var isChanged: Bool
}

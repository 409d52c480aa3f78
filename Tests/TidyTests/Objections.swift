import Testing

/// Fails with one objection a line, so that a long list can be read.
func expectNone(_ objections: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(objections.isEmpty, "\n\(objections.joined(separator: "\n"))", sourceLocation: sourceLocation)
}

extension Decoder {
    /// Refuses members that a request does not have: a misspelt "dryRun" must not prune.
    func refuseMembers(besides known: Set<String>) throws {
        let all = try container(keyedBy: AnyMember.self)
        for member in all.allKeys where !known.contains(member.stringValue) {
            throw DecodingError.dataCorruptedError(forKey: member, in: all, debugDescription: "is not known")
        }
    }
}

private struct AnyMember: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

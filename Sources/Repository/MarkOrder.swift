internal import RepositoryFormat

/// A label to give or to take away, as somebody words it: options of the command line, body of the request to a server
/// (docs/http-api.md, "Marks").
package enum MarkOrder: Hashable, Sendable {
    /// Gives a label to the newest moment at or before a time, "latest", an age or a position.
    case add(label: String, at: String)
    /// Takes a label off every moment that has it.
    case remove(label: String)
    /// Says how the drill of a moment ended: the label of a `DrillVerdict`.
    case drill(verdict: String, at: String)

    package static let lengthLimit = 4 << 10

    /// The body of a request. Throws `badInput`.
    package init(json: [UInt8]) throws(RepositoryError) {
        do throws(FormatError) {
            self = try decodeJSON(json, subject: "The request")
        } catch {
            throw RepositoryError(
                .badInput,
                "The request cannot be read: it is a JSON object with either label (text) and, if another moment than the "
                    + "latest is meant, at (a time), or remove (text), or drill (text) and at. Nothing was changed.")
        }
    }
}

extension MarkOrder: Codable {
    private enum Member: String, CodingKey, CaseIterable { case label, at, remove, drill }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseMembers(besides: Set(Member.allCases.map(\.rawValue)))
        let members = try decoder.container(keyedBy: Member.self)
        let label = try members.decodeIfPresent(String.self, forKey: .label)
        let time = try members.decodeIfPresent(String.self, forKey: .at)
        let removed = try members.decodeIfPresent(String.self, forKey: .remove)
        switch (label, removed, try members.decodeIfPresent(String.self, forKey: .drill)) {
        case (let label?, nil, nil): self = .add(label: label, at: time ?? "latest")
        case (nil, let label?, nil) where time == nil: self = .remove(label: label)
        case (nil, nil, let verdict?): self = .drill(verdict: verdict, at: time ?? "latest")
        default:
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "one of label, remove and drill"))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        switch self {
        case .add(let label, let time):
            try members.encode(label, forKey: .label)
            try members.encode(time, forKey: .at)
        case .remove(let label): try members.encode(label, forKey: .remove)
        case .drill(let verdict, let time):
            try members.encode(verdict, forKey: .drill)
            try members.encode(time, forKey: .at)
        }
    }
}

/// Any JSON value, as an outside reader sees it.
package enum JSON: Decodable, Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    package subscript(_ name: String) -> JSON {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    package subscript(_ index: Int) -> JSON {
        list.indices.contains(index) ? list[index] : .null
    }

    package var list: [JSON] { if case .list(let values) = self { values } else { [] } }
    package var text: String? { if case .text(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var int: Int? { if case .number(let value) = self { Int(exactly: value) } else { nil } }
    package var double: Double? { if case .number(let value) = self { value } else { nil } }

    /// Paths of all members, sorted: "disks[].target.path". What readers of `--json` rely on.
    package var members: [String] { Set(paths(below: "")).sorted() }

    private func paths(below prefix: String) -> [String] {
        switch self {
        case .object(let members):
            members.flatMap { name, value in
                let path = prefix.isEmpty ? name : "\(prefix).\(name)"
                let below = value.paths(below: path)
                return below.isEmpty ? [path] : below
            }
        case .list(let values): values.flatMap { $0.paths(below: prefix + "[]") }
        default: []
        }
    }
}

internal import CTOML
internal import FoundationEssentials
internal import Glibc

/// A table of a TOML document, taken apart key by key; what nobody asked for is an error, for a word that is misspelt must not be
/// passed over.
struct AnswerTable {
    enum Value: Decodable {
        case text(String), flag(Bool), number(Int64), tables([[String: Value]]), table([String: Value]), texts([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            // Losing the errors is right: a value of one kind is none of the others.
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
                // As above.
            } else if let number = try? container.decode(Int64.self) {
                self = .number(number)
                // As above.
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
                // As above.
            } else if let texts = try? container.decode([String].self) {
                self = .texts(texts)
                // As above.
            } else if let tables = try? container.decode([[String: Value]].self) {
                self = .tables(tables)
            } else {
                self = .table(try container.decode([String: Value].self))
            }
        }
    }

    private static let longest = 1 << 20
    private static let mostDots = 64

    /// "restore.disk[1]"; empty for the document.
    private let place: String
    private var values: [String: Value]

    private init(_ values: [String: Value], place: String) {
        self.values = values
        self.place = place
    }

    init(toml text: String) throws(AnswerError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.longest else {
            throw AnswerError("it has \(bytes.count) bytes: no answer file is so long")
        }
        // Each part of "a.b.c" is a table in a table, and the parser goes down into every one of them.
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.utf8.count(where: { $0 == 0x2e }) <= Self.mostDots else {
                throw AnswerError("line \(number + 1) has more than \(Self.mostDots) dots: no answer has")
            }
        }
        var message = [CChar](repeating: 0, count: 400)
        let json = bytes.withUnsafeBytes { bytes in
            lifeboat_toml_to_json(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, &message, message.count)
        }
        guard let json else {
            let why = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw AnswerError("it is no TOML: \(String(decoding: why, as: UTF8.self))")
        }
        defer { free(json) }
        let data = Data(bytes: json, count: strlen(json))
        do { values = try JSONDecoder().decode([String: Value].self, from: data) } catch {
            throw AnswerError("it holds a kind of value that no answer has (numbers with a point, lists in lists)")
        }
        place = ""
    }

    private func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

    mutating func text(_ key: String) throws(AnswerError) -> String? {
        switch values.removeValue(forKey: key) {
        case nil: return nil
        case .text(let text) where !text.isEmpty: return text
        default: throw AnswerError("\(path(key)) must be a text that is not empty")
        }
    }

    mutating func texts(_ key: String) throws(AnswerError) -> [String] {
        switch values.removeValue(forKey: key) {
        case nil: return []
        case .texts(let texts): return texts
        default: throw AnswerError("\(path(key)) must be a list of texts")
        }
    }

    mutating func flag(_ key: String) throws(AnswerError) -> Bool {
        switch values.removeValue(forKey: key) {
        case nil: return false
        case .flag(let flag): return flag
        default: throw AnswerError("\(path(key)) must be true or false")
        }
    }

    mutating func number(_ key: String) throws(AnswerError) -> Int? {
        switch values.removeValue(forKey: key) {
        case nil: return nil
        case .number(let number) where (0...Int64(Int32.max)).contains(number): return Int(number)
        default: throw AnswerError("\(path(key)) must be a whole number from 0")
        }
    }

    mutating func table(_ key: String) throws(AnswerError) -> AnswerTable {
        switch values.removeValue(forKey: key) {
        case nil: return AnswerTable([:], place: path(key))
        case .table(let values): return AnswerTable(values, place: path(key))
        default: throw AnswerError("\(path(key)) must be a table: [\(path(key))]")
        }
    }

    mutating func tables(_ key: String) throws(AnswerError) -> [AnswerTable] {
        switch values.removeValue(forKey: key) {
        case nil: return []
        // An empty list is read as one of texts.
        case .texts(let texts) where texts.isEmpty: return []
        case .tables(let tables):
            return tables.enumerated().map { AnswerTable($1, place: "\(path(key))[\($0)]") }
        default: throw AnswerError("\(path(key)) must be tables: [[\(path(key))]]")
        }
    }

    func missing(_ key: String) -> AnswerError { AnswerError("\(path(key)) is missing") }

    func wrong(_ key: String, _ why: String) -> AnswerError { AnswerError("\(path(key)) \(why)") }

    /// After everything was taken.
    func end() throws(AnswerError) {
        guard let unknown = values.keys.sorted().first else { return }
        throw AnswerError("\(path(unknown)) is not known; see docs/answer-file.md")
    }
}

internal import FoundationEssentials

/// JSON as the repository holds it: UTF-8, sorted keys, one final line feed.
package func encodeJSON(_ value: some Encodable) -> [UInt8] {
    encodeJSON(value, [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
}

/// The same on one line.
package func encodeJSONLine(_ value: some Encodable) -> [UInt8] {
    encodeJSON(value, [.sortedKeys, .withoutEscapingSlashes])
}

private func encodeJSON(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    do {
        return Array(try encoder.encode(value)) + [0x0a]
    } catch {
        // Our own values hold strings, numbers and lists of these: nothing that JSON cannot say.
        fatalError("JSONEncoder refused \(value): \(error)")
    }
}

/// Decodes one of the repository's JSON objects; `subject` names it in the error.
package func decodeJSON<Value: Decodable>(_ bytes: [UInt8], subject: String) throws(FormatError) -> Value {
    do {
        return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
        throw FormatError(.damaged, "\(subject) is damaged: it is not the JSON that belongs there (\(error)).")
    }
}

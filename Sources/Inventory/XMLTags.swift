/// The tags of an XML text, one after another, each with its attributes and the text that follows it.
package struct XMLTags {
    package struct Tag: Hashable, Sendable {
        /// "/disk" for an end tag.
        package var name: String
        package var attributes: [String: String]
        package var text: String
    }

    private var rest: Substring

    package init(_ text: String) { rest = text[...] }

    package mutating func next() -> Tag? {
        while let open = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: open)...]
            if rest.hasPrefix("!--") {
                guard skip(past: "-->") else { return nil }
                continue
            }
            guard let close = rest.firstIndex(of: ">") else { return nil }
            let inside = rest[..<close]
            rest = rest[rest.index(after: close)...]
            if inside.hasPrefix("?") || inside.hasPrefix("!") { continue }
            let text = rest.prefix { $0 != "<" }
            let name = inside.prefix { !$0.isWhitespace }
            let bare = name.last == "/" ? name.dropLast() : name
            return Tag(
                name: String(bare), attributes: Self.attributes(inside.dropFirst(name.count)), text: Self.plain(text))
        }
        return nil
    }

    private mutating func skip(past end: String) -> Bool {
        while !rest.isEmpty {
            if rest.hasPrefix(end) {
                rest = rest.dropFirst(end.count)
                return true
            }
            rest = rest.dropFirst()
        }
        return false
    }

    private static func attributes(_ text: Substring) -> [String: String] {
        var found: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let key = rest[..<equals].split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
            rest = rest[rest.index(after: equals)...].drop { $0.isWhitespace }
            guard let quote = rest.first, quote == "'" || quote == "\"" else { return found }
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: quote) else { return found }
            found[key] = plain(rest[..<end])
            rest = rest[rest.index(after: end)...]
        }
        return found
    }

    private static func plain(_ text: Substring) -> String {
        var plain = String(text)
        while plain.last?.isWhitespace == true { plain.removeLast() }
        guard plain.contains("&") else { return plain }
        var result = ""
        var rest = plain[...]
        let names = [("&lt;", "<"), ("&gt;", ">"), ("&apos;", "'"), ("&quot;", "\""), ("&amp;", "&")]
        while let character = rest.first {
            if let (name, meaning) = names.first(where: { rest.hasPrefix($0.0) }) {
                result += meaning
                rest = rest.dropFirst(name.count)
            } else {
                result.append(character)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}

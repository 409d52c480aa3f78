/// The modules that a Swift file imports.
enum Imports {
    static func modules(of text: String) -> [String] {
        SourceLines(text).compactMap { line in
            var words = line.code.split { $0 == " " || $0 == "\t" }
            while let first = words.first, first.hasPrefix("@") || Self.levels.contains(String(first)) {
                words.removeFirst()
            }
            guard words.first == "import", words.count > 1 else { return nil }
            // import struct Module.Type
            let name = Self.kinds.contains(String(words[1])) && words.count > 2 ? words[2] : words[1]
            return name.split { $0 == "." || $0 == ";" }.first.map(String.init)
        }
    }

    private static let levels: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
    ]
}

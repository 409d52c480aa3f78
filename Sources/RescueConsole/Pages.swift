/// Which part of a long list is shown: a screen has 24 lines and the VGA console does not scroll back.
struct Pages: Sendable {
    let count: Int
    let length: Int
    private(set) var page = 0

    init(count: Int, length: Int) {
        self.count = count
        self.length = length
    }

    private var pages: Int { max(1, (count + length - 1) / length) }

    /// Indices of what is shown.
    var shown: Range<Int> { page * length..<min(count, (page + 1) * length) }

    /// The lines of a table whose rows are numbered from 1 and begin at `line`, with their numbers as answers.
    func rows(under line: Int) -> [Int: String] {
        Dictionary(uniqueKeysWithValues: shown.enumerated().map { (line + $0, "\($1 + 1)") })
    }

    /// "Page 1 of 3: n next, p previous. ", or nothing where all is shown.
    var hint: String { pages > 1 ? "Page \(page + 1) of \(pages): n next, p previous. " : "" }

    /// Turns at "n" and "p"; nil for other lines.
    mutating func turn<Value>(_ line: String) -> Answer<Value>? {
        switch line.lowercased() {
        case "n":
            guard page + 1 < pages else { return .complaint("This is the last page.") }
            page += 1
        case "p":
            guard page > 0 else { return .complaint("This is the first page.") }
            page -= 1
        default: return nil
        }
        return .again
    }
}

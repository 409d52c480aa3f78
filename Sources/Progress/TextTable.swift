/// Columns of text for people: left-aligned, two blanks apart.
package struct TextTable: Sendable {
    private var rows: [[String]]
    private let indent: Int

    /// `columns` are the headings, `indent` the blanks before the first.
    package init(_ columns: [String], indent: Int = 0) {
        rows = [columns]
        self.indent = indent
    }

    /// Adds a row with a cell for every column. Control characters come out as "?": cells hold what others wrote.
    package mutating func add(_ row: [String]) { rows.append(row.map(Self.printable)) }

    /// The headings, then the rows; no blanks at their ends.
    package var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (number, cell) in row.enumerated() {
                line += String(repeating: " ", count: number == 0 ? indent : 2) + cell
                line += String(repeating: " ", count: widths[number] - cell.count)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    package var text: String { lines.joined(separator: "\n") }

    private static func printable(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar in
            scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? "?" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

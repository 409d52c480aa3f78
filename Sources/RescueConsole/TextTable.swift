/// Columns of text, left-aligned, two blanks apart, indented by two.
struct TextTable {
    private var rows: [[String]] = []

    init(_ columns: [String]) { rows = [columns] }

    mutating func add(_ row: [String]) { rows.append(row.map(PlainText.ascii)) }

    var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += "  " + cell + String(repeating: " ", count: width - cell.utf8.count)
            }
            while line.last == " " { line.removeLast() }
            // A long label is cut rather than wrapped: a table of wrapped rows cannot be read.
            return PlainText.cut(line, PlainText.width)
        }
    }
}

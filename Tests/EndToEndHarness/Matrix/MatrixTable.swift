import Foundation

/// Cells that were run, with their verdicts: a table in Markdown, whole after every cell.
struct MatrixTable {
    private struct Row {
        let cell: String
        let verdict: String
        let seconds: Int
    }

    private let path: String
    private var rows: [Row] = []

    init(path: String) {
        self.path = path
    }

    mutating func add(_ cell: String, _ verdict: String, seconds: Int) throws {
        let line = verdict.split(separator: "\n").first.map(String.init) ?? ""
        rows.append(Row(cell: cell, verdict: String(line.prefix(200)).replacing("|", with: "/"), seconds: seconds))
        var text = "| cell | verdict | seconds |\n| --- | --- | ---: |\n"
        for row in rows { text += "| \(row.cell) | \(row.verdict) | \(row.seconds) |\n" }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}

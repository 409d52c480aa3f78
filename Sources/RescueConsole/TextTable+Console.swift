internal import Progress

extension TextTable {
    /// A table of the menu: printable ASCII under a margin.
    init(console columns: [String]) { self.init(columns, indent: 2) }

    mutating func add(console row: [String]) { add(row.map(PlainText.ascii)) }

    /// A long label is cut rather than wrapped: a table of wrapped rows cannot be read.
    var consoleLines: [String] { lines.map { PlainText.cut($0, PlainText.width) } }
}

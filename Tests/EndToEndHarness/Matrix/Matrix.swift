import Foundation

/// Hosts that come back on hardware unlike their own: sources, each made and captured once, and the cells over them.
package final class Matrix {
    let workspace: Workspace
    let tell: (String) -> Void
    private var sources: [MatrixSource: HostFacts] = [:]
    private var table: MatrixTable

    /// - Parameter tell: takes one sentence for each thing done.
    package init(_ workspace: Workspace, tell: @escaping (String) -> Void) {
        self.workspace = workspace
        self.tell = tell
        table = MatrixTable(path: workspace.file("matrix.md"))
    }

    var repository: String { workspace.file("matrix-repository") }

    /// Makes a source (it has lived before: `scripts/make-source` keeps it) and captures it; at once when that was done.
    func source(_ kind: MatrixSource) throws -> HostFacts {
        if let known = sources[kind] { return known }
        let directory = workspace.file("matrix-source-\(kind.rawValue)")
        try Command("rm", "-rf", directory).run()
        tell("Making \(kind.rawValue).")
        let said = try Command(workspace.script("make-source"), kind.rawValue, "--output", directory).run()
        try said.write(toFile: workspace.log("matrix-source-\(kind.rawValue).log"), atomically: false, encoding: .utf8)
        let facts = try HostFacts(path: directory + "/source.facts")
        if !FileManager.default.fileExists(atPath: repository + "/lifeboat.json") {
            try Command(workspace.lifeboat, "repository", "init", repository).run()
        }
        let disks = (0..<kind.diskCount).map { "\(directory)/disk\($0).raw" }
        let capture = ["capture", "--repository", repository, "--host", try facts.text("name"), "--quiet"]
        tell(try Command([workspace.lifeboat] + capture + disks).run().trimmingNewline)
        for disk in disks { try FileManager.default.removeItem(atPath: disk) }
        sources[kind] = facts
        return facts
    }

    /// Runs one case under a time cap and notes its verdict in the table, whatever it is.
    func judge(_ name: String, capInSeconds: Double, _ body: (MatrixClock) throws -> Void) throws {
        let clock = MatrixClock(capInSeconds: capInSeconds)
        do {
            try body(clock)
            try table.add(name, "as it must be", seconds: clock.seconds)
            tell("\(name): as it must be, after \(clock.seconds) s.")
        } catch {
            try table.add(name, "RED: \(error)", seconds: clock.seconds)
            throw error
        }
    }

    /// Fresh disks for a cell.
    func makeTargets(_ cell: MatrixCell, facts: HostFacts) throws -> [String] {
        let size = cell.target.size(ofSource: try facts.number("disk_bytes"))
        return try (0..<cell.diskCount).map { number in
            let path = workspace.file("matrix-\(cell.name)-\(number).raw")
            try Command("rm", "-f", path).run()
            try Command("truncate", "--size", "\(size)", path).run()
            return path
        }
    }
}

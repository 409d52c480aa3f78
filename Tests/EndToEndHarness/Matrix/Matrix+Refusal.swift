import Foundation

extension Matrix {
    /// A target that does not fit: the menu must refuse it in words that contain `words`, and nothing may have been written.
    package func runRefused(_ cell: MatrixCell, words: String, capInSeconds: Double) throws {
        let facts = try source(cell.source)
        try judge("\(cell): refused", capInSeconds: capInSeconds) { clock in
            let targets = try makeTargets(cell, facts: facts)
            let server = try WebServer.lifeboat(
                program: workspace.lifeboat, repository: repository, log: workspace.log("matrix-server.log"))
            defer { server.stop() }
            let machine = try Machine(
                cell.target.hardware(name: "matrix-\(cell.name)-refused", disks: targets, iso: workspace.iso),
                logs: workspace.logs)
            defer { machine.stop() }
            let complaint = try RestoreDialogue(machine: machine, clock: clock).complaint(
                repository: server.addressInGuest, host: try facts.text("name"), diskCount: cell.diskCount)
            // Lines of the screen are broken anywhere.
            let said = complaint.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard said.contains(words), said.contains("Nothing was written.") else {
                throw HarnessError("The menu must refuse with \"\(words)\", but says:\n\(complaint)")
            }
            tell("  menu: \(said)")
            machine.stop()
            for target in targets {
                try requireUntouched(target)
                try FileManager.default.removeItem(atPath: target)
            }
        }
    }

    /// The image was made as one hole: a single block in it was written.
    private func requireUntouched(_ image: String) throws {
        let blocks = try Command("stat", "--format", "%b", image).run().trimmingNewline
        guard blocks == "0" else { throw HarnessError("\(image) was written to: it has \(blocks) blocks") }
    }
}

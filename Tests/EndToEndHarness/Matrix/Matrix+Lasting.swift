import Foundation

extension Matrix {
    /// A cell without the rescue image whose host starts twice. At its first start its own tool makes its initramfs images anew, as
    /// the adaptation told it to; the second is from what the tool made, in which no driver lacks.
    package func runTwice(_ cell: MatrixCell, capInSeconds: Double) throws {
        precondition(cell.source.isPlain, "this machine cannot open \(cell.source)")
        let facts = try source(cell.source)
        try judge("\(cell), started twice", capInSeconds: capInSeconds) { clock in
            let targets = try makeTargets(cell, facts: facts)
            try restoreHere(cell, facts, targets)
            let adapted = try adaptHere(cell, targets)
            guard adapted.status == 0 else {
                throw HarnessError("Not proved to start:\n\(adapted.output)\(adapted.errors)")
            }
            guard adapted.output.contains("makes the initramfs images anew when the system is up, once") else {
                throw HarnessError("No image is to be made anew: the case tests nothing\n\(adapted.output)")
            }
            try boot(cell, facts, targets, nil, clock) { machine in
                try HostConsole(machine, facts: facts).waitForNewInitramfs(within: try clock.left())
            }
            // dracut leaves the names of network cards out of an image that has no drivers for them.
            let left = try changes(cell, targets, step: "initramfs").filter {
                cell.source != .btrfsDracut || $0.contains("the drivers")
            }
            guard left.isEmpty else {
                throw HarnessError("Made anew, and yet there would be changed: \(left.joined(separator: "; "))")
            }
            try boot(cell, facts, targets, nil, clock, name: "again")
            for target in targets { try FileManager.default.removeItem(atPath: target) }
        }
    }

    /// What a step of the adaptation would change.
    private func changes(_ cell: MatrixCell, _ targets: [String], step: String) throws -> [String] {
        struct Report: Decodable {
            struct Step: Decodable {
                let name: String
                let changes: [String]
            }
            let steps: [Step]
        }
        let result = try adaptHere(cell, targets, more: ["--dry-run", "--json"])
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        guard let found = report.steps.first(where: { $0.name == step }) else {
            throw HarnessError("The adaptation has no step \(step):\n\(result.output)")
        }
        return found.changes
    }
}

import Foundation

extension Matrix {
    /// A cell without the rescue image whose host starts twice. At its first start its own tool makes its initramfs images anew, as
    /// the adaptation told it to; the second is from what the tool made, in which no driver lacks.
    package func runTwice(_ cell: MatrixCell, capInSeconds: Double) throws {
        try run(cell, "started twice", capInSeconds) { here in
            try here.requireProof()
            let said = here.adapted.output
            guard said.contains("makes the initramfs images anew when the system is up, once") else {
                throw HarnessError("No image is to be made anew: the case tests nothing\n\(said)")
            }
            try boot(cell, here.facts, here.targets, nil, here.clock) { machine in
                let console = HostConsole(machine, facts: here.facts)
                try console.waitForNewInitramfs(within: try here.clock.left())
                try console.powerOff()
            }
            // dracut leaves the names of network cards out of an image that has no drivers for them.
            let left = try changes(cell, here.targets, step: "initramfs").filter {
                cell.source != .btrfsDracut || $0.contains("the drivers")
            }
            guard left.isEmpty else {
                throw HarnessError("Made anew, and yet there would be changed: \(left.joined(separator: "; "))")
            }
            try boot(cell, here.facts, here.targets, nil, here.clock, name: "again")
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

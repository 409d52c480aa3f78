extension PruneReport {
    /// The report in words, line by line; `size` prints a number of bytes.
    package func text(_ size: (UInt64) -> String) -> String {
        var lines: [String] = []
        for host in hosts {
            guard let policy = host.policy else {
                lines.append("\(host.name): no policy, everything is kept")
                continue
            }
            lines.append("\(host.name): \(policy)")
            for stretch in host.stretches {
                lines.append(
                    "  \(stretch.from) – \(stretch.to)  \(stretch.keeps): \(stretch.keptMoments) moments stay, "
                        + "\(stretch.droppedMoments) moments and \(stretch.droppedSegments) segments \(dryRun ? "go" : "went")"
                )
            }
            if host.stretches.isEmpty { lines.append("  nothing to thin out") }
        }
        lines.append(
            "\(dryRun ? "Would free" : "Freed") \(size(freedBytes)) in \(freedObjects) objects"
                + (hollowedPacks > 0 ? ", \(hollowedPacks) packs reduced to what is used." : "."))
        if waitingObjects > 0 {
            lines.append(
                "Condemned: \(size(waitingBytes)) in \(waitingObjects) objects, removed by a prune after the grace "
                    + "and after the writers that are at work now.")
        }
        lines += notes.map { "Note: \($0)" }
        if dryRun { lines.append("Dry run: nothing was changed.") }
        return lines.joined(separator: "\n") + "\n"
    }
}

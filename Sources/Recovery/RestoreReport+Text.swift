internal import Progress
internal import RepositoryFormat

extension RestoreReport {
    /// For the console, line by line.
    package var text: String {
        let verdict = isVerified ? "restored and verified" : "restored, NOT verified"
        var lines = [
            "\(host) as of \(moment)\(label.isEmpty ? "" : " (\(label))"), \(RestorePlan.words(for: quality)): \(verdict) in "
                + Self.spent(seconds), "",
        ]
        for disk in disks {
            let identity = [disk.model, disk.serial ?? disk.wwn].compactMap { $0 }.joined(separator: ", ")
            lines.append("  disk \(disk.source) -> \(disk.target)\(identity.isEmpty ? "" : " (\(identity))")")
            lines.append(
                "    written \(Quantity.bytes(disk.writtenBytes)), already right \(Quantity.bytes(disk.alreadyRightBytes)), "
                    + "zeroed \(Quantity.bytes(disk.zeroedBytes)), verified \(Quantity.bytes(disk.verifiedBytes))")
        }
        if !adapted.isEmpty { lines.append("  adapted to this machine:") }
        for range in adapted {
            lines.append(
                "    disk \(range.disk), bytes \(range.offset)-\(range.offset + range.length): \(range.reason)")
        }
        lines.append("  fetched \(Quantity.bytes(fetchedBytes)) from the repository")
        for phase in phases {
            let rate = phase.bytes > 0 ? ", \(Quantity.rate(phase.bytesPerSecond))" : ""
            lines.append("  \(phase.name.lowercased()): \(Self.spent(phase.seconds))\(rate)")
        }
        for warning in warnings { lines.append("  Warning: \(warning)") }
        lines.append("")
        if let report = adaptation?.report { lines += report.text.split(separator: "\n").map(String.init) + [""] }
        if let problem = adaptation?.problem { lines += ["NO PROOF OF BOOT: \(problem)", ""] }
        lines += nextSteps.map { "  Next: \($0)" }
        return lines.joined(separator: "\n")
    }

    private static func spent(_ seconds: Double) -> String {
        seconds < 60 ? Quantity.seconds(UInt64(seconds * 1e9)) : Quantity.duration(seconds: seconds)
    }

    /// Sorted keys, one final line feed.
    package var json: [UInt8] { encodeJSON(self) }
}

extension RestorePlan {
    /// Sorted keys, one final line feed.
    package var json: [UInt8] { encodeJSON(self) }
}

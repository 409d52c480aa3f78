internal import RepositoryFormat

/// How the drill of a moment ended: started in an emulated machine, did the host come up? Kept as the label of a mark of kind
/// `drill` (format.md, section 9.4).
package struct DrillVerdict: Hashable, Sendable {
    package var isProved: Bool
    /// When it was seen, nanoseconds since 1970, UTC; whole seconds are kept.
    package var time: Int64
    /// From power-on to the login, or to the end of patience.
    package var seconds: Int
    /// As `lifeboat drill --hardware` takes it: "nvme,uefi,e1000e".
    package var hardware: String
    /// What was seen instead of a login; empty when it is proved.
    package var reason: String

    package init(isProved: Bool, time: Int64, seconds: Int, hardware: String, reason: String = "") {
        self.isProved = isProved
        self.time = time
        self.seconds = seconds
        self.hardware = hardware
        self.reason = reason
    }

    /// "proved 2026-11-20T02:00:00Z 74 s nvme,uefi", "failed 2026-11-20T02:00:00Z 600 s nvme,uefi: Kernel panic". One line of
    /// at most 255 bytes: a longer reason is cut.
    package var label: String {
        let head = "\(isProved ? "proved" : "failed") \(Timestamp.text(ofNanoseconds: time)) \(seconds) s \(hardware)"
        guard !reason.isEmpty else { return head }
        let line = reason.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }
        var text = head + ": "
        for scalar in line where text.utf8.count + UTF8.width(scalar) <= Limits.name {
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    /// nil for a label that says no verdict.
    package init?(label: String) {
        let words = label.split(separator: " ", maxSplits: 4)
        guard words.count == 5, words[0] == "proved" || words[0] == "failed",
            let time = Timestamp.parse(String(words[1])), let seconds = Int(words[2]), seconds >= 0, words[3] == "s"
        else { return nil }
        let parts = words[4].split(separator: ":", maxSplits: 1)
        self.init(
            isProved: words[0] == "proved", time: time, seconds: seconds, hardware: String(parts.first ?? ""),
            reason: parts.count == 2 ? String(parts[1].drop { $0 == " " }) : "")
    }

    /// For lists: "proved 2026-11-20, 74 s", "FAILED 2026-11-20".
    package var text: String {
        let day = Timestamp.text(ofNanoseconds: time).prefix(10)
        return isProved ? "proved \(day), \(seconds) s" : "FAILED \(day)"
    }
}

internal import BlockDevices

/// One line of a restored system's /etc/fstab, as far as mounting what it needs to start goes (fstab(5)).
struct MountTableLine: Hashable, Sendable {
    var source: String
    /// With the escapes of fstab resolved: "\040" is a space.
    var directory: String
    var kind: String
    var options: [String]

    /// nil for comments, empty lines and lines with too few fields.
    init?(_ line: some StringProtocol) {
        let fields = String(line).split(whereSeparator: \.isWhitespace).map(String.init)
        guard fields.count >= 3, !fields[0].hasPrefix("#") else { return nil }
        source = fields[0].filter { $0 != "\"" }
        directory = Self.unescaped(fields[1])
        kind = fields[2]
        options = fields.count > 3 ? fields[3].split(separator: ",").map(String.init) : []
    }

    private static func unescaped(_ text: String) -> String {
        var result = text
        for (escape, sign) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
            result = result.split(separator: escape, omittingEmptySubsequences: false).joined(separator: sign)
        }
        return result
    }

    /// The value of an option such as "subvol=".
    func value(of option: String) -> String? {
        options.first { $0.hasPrefix("\(option)=") }.map { String($0.dropFirst(option.count + 1)) }
    }

    /// Whether the line means this volume.
    func means(_ volume: RestoredSystem.Volume) -> Bool {
        guard let equals = source.firstIndex(of: "=") else { return volume.stableNames.contains(source) }
        let value = String(source[source.index(after: equals)...])
        switch source[..<equals] {
        case "UUID": return volume.superblock.uuid?.lowercased() == value.lowercased()
        case "LABEL": return volume.superblock.label == value
        case "PARTUUID": return volume.partitionUUID == value.lowercased()
        case "PARTLABEL": return volume.partitionName == value
        default: return false
        }
    }
}

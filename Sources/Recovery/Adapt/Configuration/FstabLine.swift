internal import BlockDevices

/// One line of fstab(5) that mounts something or swaps to it, with the places of its fields.
struct FstabLine {
    var device: String
    /// With the escapes of fstab resolved: "\040" is a space.
    var mountPoint: String
    var type: String
    var options: [Substring]
    var deviceRange: Range<String.Index>
    var optionsRange: Range<String.Index>?

    /// nil for comments, empty lines and what is no line of fstab.
    init?(_ line: String) {
        let words = line.words()
        guard words.count > 1, !line[words[0]].hasPrefix("#") else { return nil }
        device = String(line[words[0]])
        deviceRange = words[0]
        mountPoint = Self.unescaped(String(line[words[1]]))
        type = words.count > 2 ? String(line[words[2]]) : "auto"
        optionsRange = words.count > 3 ? words[3] : nil
        options = optionsRange.map { line[$0].split(separator: ",") } ?? []
    }

    private static func unescaped(_ text: String) -> String {
        var result = text
        for (escape, sign) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
            result = result.replacing(escape, with: sign)
        }
        return result
    }

    /// The value of an option such as "subvol=".
    func value(of option: String) -> Substring? {
        options.first { $0.hasPrefix("\(option)=") }?.dropFirst(option.count + 1)
    }

    /// Whether the line means this volume.
    func means(_ volume: RestoredSystem.Volume) -> Bool {
        switch DeviceReference(device) {
        case .tag(.uuid, let value): volume.superblock.uuid?.lowercased() == value.lowercased()
        case .tag(.label, let value): volume.superblock.label == value
        case .tag(.partitionUUID, let value): volume.partitionUUID == value.lowercased()
        case .tag(.partitionLabel, let value): volume.partitionName == value
        default: volume.stableNames.contains(device.unquoted)
        }
    }

    var isSwap: Bool { type == "swap" }

    /// Whether the system starts without it: it is asked for later, or may be missing.
    var isOptional: Bool { options.contains { ["nofail", "noauto", "x-systemd.automount"].contains($0) } }

    /// What the system cannot start without, whatever the options say.
    var isNeededToStart: Bool { mountPoint == "/" || mountPoint == "/usr" }

    /// Whether its first field names a block device, which it does not with a bind mount or a loop.
    var namesDevice: Bool {
        guard !options.contains(where: { ["bind", "rbind", "loop"].contains($0) }) else { return false }
        switch DeviceReference(device) {
        case .none, .other: return false
        default: return true
        }
    }

    /// The line with "nofail" among its options, in its place.
    static func markedNoFail(_ line: String) -> String {
        guard let entry = FstabLine(line) else { return line }
        var result = line
        if let range = entry.optionsRange {
            result.insert(contentsOf: ",nofail", at: range.upperBound)
        } else {
            guard let end = line.words().last?.upperBound else { return line }
            result.insert(contentsOf: line.words().count == 2 ? " auto nofail" : " nofail", at: end)
        }
        return result
    }
}

internal import Inventory

/// Lines of mdadm.conf(5) that bind arrays to names of devices.
enum ArrayLine {
    static func unbound(_ line: String, _ resolver: DeviceResolver) -> DeviceResolver.Decision {
        let words = line.words()
        guard let first = words.first else { return .keep }
        // Keywords may be cut to three letters and are written either way.
        let keyword = line[first].lowercased()
        if keyword.hasPrefix("dev") { return device(line, words) }
        if keyword.hasPrefix("arr") { return array(line, words, resolver) }
        return .keep
    }

    /// `DEVICE /dev/sd*1`: only what matches is looked at.
    private static func device(_ line: String, _ words: [Range<String.Index>]) -> DeviceResolver.Decision {
        guard let last = words.last, words.dropFirst().contains(where: { line[$0].hasPrefix("/dev/") }) else {
            return .keep
        }
        var edited = line
        edited.replaceSubrange(words[1].lowerBound..<last.upperBound, with: "partitions containers")
        return .replace(
            with: edited, why: "as the disks have other names on this machine and arrays are known by their UUIDs")
    }

    /// `ARRAY /dev/md0 devices=/dev/sda1,/dev/sdb1`: needs exactly these.
    private static func array(
        _ line: String, _ words: [Range<String.Index>], _ resolver: DeviceResolver
    ) -> DeviceResolver.Decision {
        func value(_ key: String) -> (range: Range<String.Index>, text: String)? {
            words.first { line[$0].lowercased().hasPrefix(key) }.map {
                ($0, String(line[$0].dropFirst(key.utf8.count)))
            }
        }
        guard let devices = value("devices=") else { return .keep }
        var edited = line
        if value("uuid=") != nil {
            // With the white space before it.
            let start = line.utf8[..<devices.range.lowerBound].lastIndex { $0 != 0x20 && $0 != 0x09 }
            let from = start.map { line.utf8.index(after: $0) } ?? devices.range.lowerBound
            edited.removeSubrange(from..<devices.range.upperBound)
            return .replace(
                with: edited, why: "as the array is known by its UUID and the devices have other names here")
        }
        let members = devices.text.split(separator: ",").map { uuid(ofArrayAt: String($0), resolver.source) }
        guard let uuid = members.first ?? nil, members.allSatisfy({ $0 == uuid }) else {
            return .unresolved("the array is bound to \(devices.text), and its UUID is not known")
        }
        edited.replaceSubrange(devices.range, with: "UUID=\(uuid)")
        return .replace(with: edited, why: "the UUID of the array on these devices")
    }

    /// As mdadm writes it: four groups of eight digits.
    private static func uuid(ofArrayAt device: String, _ source: MachineDescription?) -> String? {
        guard let name = KernelDiskName(device), let disk = source?.disks.first(where: { $0.path == name.disk }) else {
            return nil
        }
        let signatures =
            name.partition.map { number in disk.partitions.first { $0.number == number }?.signatures ?? [] }
            ?? disk.signatures
        guard let signature = signatures.first, signatures.count == 1, signature.type == "linux_raid_member" else {
            return nil
        }
        let digits = (signature.uuid ?? "").utf8.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32 else { return nil }
        return stride(from: 0, to: 32, by: 8).map { String(decoding: digits[$0..<$0 + 8], as: UTF8.self) }
            .joined(separator: ":")
    }
}

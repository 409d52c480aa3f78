/// What the operator must name to allow that a target is erased. A value: the rules are tested without a disk.
package struct TargetIdentity: Hashable, Sendable {
    package enum Kind: Sendable { case device, file }

    package var kind: Kind
    package var serial: String?
    package var wwn: String?
    package var model: String?
    package var sizeInBytes: UInt64
    /// As the operator gave it.
    package var path: String

    package init(
        kind: Kind, serial: String? = nil, wwn: String? = nil, model: String? = nil, sizeInBytes: UInt64, path: String
    ) {
        self.kind = kind
        self.serial = serial
        self.wwn = wwn
        self.model = model
        self.sizeInBytes = sizeInBytes
        self.path = path
    }

    /// How many characters of a serial or WWN suffice, when no other disk ends with them.
    package static let shortestTail = 6

    /// "disk.img", "/dev/sda (Samsung PM9A3, S5XYZ)".
    package var description: String {
        let details = [model, serial ?? wwn].compactMap { $0 }.joined(separator: ", ")
        return details.isEmpty ? path : "\(path) (\(details))"
    }

    /// Serial and WWN as they are compared.
    var names: [String] { [serial, wwn].compactMap { $0 }.map(Self.normalized).filter { !$0.isEmpty } }

    /// Lower case and single spaces; the kind of a WWN does not count ("naa.5000…", "0x5000…", "wwn-0x5000…").
    static func normalized(_ text: String) -> String {
        var name = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
        for prefix in ["wwn-", "naa.", "eui.", "uuid.", "0x"] where name.hasPrefix(prefix) {
            name.removeFirst(prefix.count)
        }
        return name
    }
}

/// How much a machine that was captured looks like the one we run on: what a suggestion of the host rests on. A guess for the
/// operator to take or to refuse; nothing is restored by it.
package struct MachineLikeness: Hashable, Sendable {
    /// Identities that this machine shows; from what firmware, network cards and disks tell.
    package struct Present: Hashable, Sendable {
        package var product: Product?
        package var networkInterfaces: [NetworkInterface]
        package var disks: [DiskIdentity]

        package init(product: Product?, networkInterfaces: [NetworkInterface], disks: [DiskIdentity]) {
            self.product = product
            self.networkInterfaces = networkInterfaces
            self.disks = disks
        }
    }

    /// Weights: a system has one number for life, disks and cards move between machines. One disk is enough to suggest a
    /// host, and so is one card; the model alone is not, for a room full of servers has one.
    private static let systemWeight = 100
    private static let diskWeight = 40
    private static let cardWeight = 30
    private static let modelWeight = 2
    private static let leastSuggested = 30

    /// 0 for nothing in common.
    package private(set) var score = 0
    /// "the same system serial ABC1234", "2 of 3 network cards".
    package private(set) var reasons: [String] = []

    package init(of captured: MachineDescription, to present: Present) {
        compare(captured.product, present.product)
        // Bridges and bonds repeat their members' addresses.
        let cards = Set(captured.networkInterfaces.filter { $0.kind == .physical }.compactMap(Self.card))
        let own = Set(present.networkInterfaces.filter { $0.kind == .physical }.compactMap(Self.card))
        add(cards.intersection(own).count, of: cards.count, Self.cardWeight, "network card")
        let names = present.disks.map(Self.names)
        let found = captured.disks.filter { disk in names.contains { !$0.isDisjoint(with: Self.names(disk.identity)) } }
        add(found.count, of: captured.disks.count, Self.diskWeight, "disk")
    }

    private mutating func compare(_ captured: Product?, _ own: Product?) {
        guard let captured, let own else { return }
        let isModel = captured.name != nil && captured.name == own.name && captured.vendor == own.vendor
        if let uuid = Self.identifier(captured.uuid), uuid == Self.identifier(own.uuid) {
            score += Self.systemWeight
            reasons.append("the same system UUID \(uuid)")
        }
        // Vendors count from 1, each for itself.
        if isModel, let serial = Self.identifier(captured.serial), serial == Self.identifier(own.serial) {
            score += Self.systemWeight
            reasons.append("the same system serial \(captured.serial ?? serial)")
        }
        if isModel { score += Self.modelWeight }
    }

    private mutating func add(_ count: Int, of all: Int, _ weight: Int, _ name: String) {
        guard count > 0 else { return }
        score += count * weight
        reasons.append("\(count) of its \(all) \(name)\(all == 1 ? "" : "s")")
    }

    /// In lower case; nil for what vendors leave in the place of a number.
    private static func identifier(_ text: String?) -> String? {
        let text = (text ?? "").lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let fillers = [
            "to be filled by o.e.m.", "default string", "not specified", "not applicable", "system serial number",
            "none", "n/a", "na", "unknown", "invalid", "empty", "0123456789", "123456789", "1234567890",
            "chassis serial number", "03000200-0400-0500-0006-000700080009",
        ]
        let digits = Set(text.filter { $0 != "-" && $0 != "." && $0 != " " })
        return digits.count < 2 || fillers.contains(text) ? nil : text
    }

    private static func card(_ interface: NetworkInterface) -> String? {
        // An address of zeros, or of ones, belongs to everybody.
        interface.macAddress.flatMap { Set($0.filter { $0 != ":" }).count < 2 ? nil : $0.lowercased() }
    }

    private static func names(_ disk: DiskIdentity) -> Set<String> {
        Set(
            TargetIdentity(kind: .device, serial: disk.serial, wwn: disk.wwn, sizeInBytes: 0, path: "").names
                .filter { $0.utf8.count >= shortestName && identifier($0) != nil })
    }

    /// Shorter serials ("1", "0001") are numbers that many bridges give.
    private static let shortestName = 5

    /// The place of the only one that is most like this machine; nil when none is enough, or two are equally so.
    package static func best(of all: [MachineLikeness?]) -> Int? {
        let ranked = all.indices.filter { (all[$0]?.score ?? 0) >= leastSuggested }
            .sorted { all[$0]?.score ?? 0 > all[$1]?.score ?? 0 }
        guard let first = ranked.first else { return nil }
        if ranked.count > 1, all[ranked[1]]?.score == all[first]?.score { return nil }
        return first
    }
}

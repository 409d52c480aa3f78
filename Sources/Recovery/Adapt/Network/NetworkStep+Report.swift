internal import Inventory

extension NetworkStep {
    func quarantine(_ tree: SystemTree, _ plan: inout AdaptationPlan) {
        let path = Quarantine.path
        if isQuarantined, !Quarantine.isPossible(in: tree) {
            plan.warnings.append(
                "This system has no udev, so it cannot be kept from the network: unplug it or its virtual cards.")
        } else if isQuarantined, !Quarantine.isSet(in: tree) {
            plan.changes.append(
                AdaptationChange(
                    .write(path: path, bytes: Quarantine.bytes, mode: 0o644),
                    reason:
                        "\(path): the system starts without any network card; to lift this, run in it: \(Quarantine.lift)"
                ))
        } else if !isQuarantined, tree.contains(path) {
            plan.changes.append(
                AdaptationChange(
                    .remove(path: path), reason: "\(path) is removed: the system is to have its network again"))
        }
    }

    /// "eno1 is 3c:ec:… (igb at 0000:03:00.0, link) from now on, was 52:54:…: number 1 by slot; bond0 and vmbr0 stand on it"
    static func words(_ pair: InterfaceMapping.Pair) -> String {
        let old = pair.expected.macAddress.map { ", was \($0)" } ?? ""
        let new = pair.present.map { InterfaceMapping.words($0) } ?? "nothing"
        let carries = pair.expected.carries
        let stands = carries.isEmpty ? "" : "; \(list(carries)) \(carries.count == 1 ? "stands" : "stand") on it"
        return "\(pair.expected.name) is \(new)\(pair.isSame ? " as before" : "\(old)"): \(pair.why)\(stands)"
    }

    static func warnings(_ mapping: InterfaceMapping) -> [String] {
        var warnings = mapping.pairs.filter { $0.expected.isUsed && $0.present == nil }.map { pair in
            let carries = pair.expected.carries
            let loss =
                carries.isEmpty
                ? "what is configured on it does not work"
                : "\(list(carries)) \(carries.count == 1 ? "loses" : "lose") this port"
            return "This machine has no network card for \(pair.expected.name): \(loss)."
        }
        let isShort = mapping.pairs.contains { $0.present == nil }
        if !mapping.unused.isEmpty, mapping.needsNaming || isShort {
            let words = mapping.unused.map { InterfaceMapping.words($0) }
            warnings.append(
                "Cards of this machine that take no old one's place and are not configured: \(list(words)).")
        }
        return warnings
    }

    private static func list(_ words: [String]) -> String {
        words.count < 2
            ? words.joined() : "\(words.dropLast().joined(separator: ", ")) and \(words.last ?? "")"
    }

    /// Each name that the configuration uses is given to exactly one card that is present.
    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        let survey = try NetworkSurvey(system, overrides: overrides)
        let present = system.machine.networkInterfaces.filter { $0.kind == .physical }.compactMap(
            InterfaceMapping.address)
        var proofs = survey.mapping.pairs.filter(\.expected.isUsed).map { pair in
            Self.proof(pair, given: survey.given, present: present)
        }
        if isQuarantined {
            proofs.append(
                Proof(
                    "the system starts without a network",
                    holds: Quarantine.isSet(in: system.tree) && Quarantine.isPossible(in: system.tree),
                    detail: "\(Quarantine.path) is not there, or the system has no udev to follow it"))
        }
        return proofs
    }

    private static func proof(
        _ pair: InterfaceMapping.Pair, given: [(name: String, address: MACAddress)], present: [MACAddress]
    ) -> Proof {
        let name = pair.expected.name
        let own = given.filter { $0.name == name }
        guard let card = own.first else {
            if pair.isSame, let new = pair.present {
                return Proof("\(name) is \(new.macAddress ?? "?"), as before", holds: true)
            }
            let detail =
                pair.present == nil
                ? "this machine has no card for it" : "no file gives this name to \(pair.present?.macAddress ?? "?")"
            return Proof("\(name) is one network card of this machine", holds: false, detail: detail)
        }
        let statement = "\(name) is \(card.address)"
        let others = given.filter { $0.address == card.address && $0.name != name }
        let detail: String? =
            if own.count > 1 {
                "several files give this name, to \(own.map(\.address.description).joined(separator: " and "))"
            } else if let other = others.first {
                "\(other.name) is given to the same card"
            } else if present.filter({ $0 == card.address }).count != 1 {
                "no card of this machine, or more than one, has this address"
            } else {
                nil
            }
        return Proof(statement, holds: detail == nil, detail: detail ?? "")
    }
}

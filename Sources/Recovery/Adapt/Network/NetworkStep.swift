internal import Inventory

/// The network of a restored system: its cards are others now, and each takes name and place of one that the configuration expects.
///
/// Names stay what the configuration says; files that give them by address are added, and addresses of old cards in the
/// configuration become those of the new. Bridges, bonds and VLANs stand on names and need no change.
package struct NetworkStep: AdaptationStep {
    package let name = "network"

    /// Old name → address of the card that shall have it, against the proposal.
    package var overrides: [String: String]
    /// Whether the system shall start without any network (a test beside the machine that still runs).
    package var isQuarantined: Bool

    package init(overrides: [String: String] = [:], isQuarantined: Bool = false) {
        self.overrides = overrides
        self.isQuarantined = isQuarantined
    }

    /// Which card takes whose place, to be shown before anything is done.
    package func mapping(for system: RestoredSystem) throws(RecoveryError) -> InterfaceMapping {
        try NetworkSurvey(system, overrides: overrides).mapping
    }

    /// The files that give names, for the initramfs: udev inside it sees the cards first. Paths without a leading "/"; empty when
    /// no name has to be given.
    package func initramfsFiles(
        for system: RestoredSystem
    ) throws(RecoveryError) -> [(path: String, bytes: [UInt8])] {
        let survey = try NetworkSurvey(system, overrides: overrides)
        return survey.naming.files(for: survey.names).map { (String($0.path.dropFirst()), $0.bytes) }
    }

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        let survey = try NetworkSurvey(system, overrides: overrides)
        var plan = AdaptationPlan(warnings: survey.warnings)
        // Addresses before names: the files that give names tell a later run that the addresses were replaced.
        replaceAddresses(survey, &plan, present: system.machine.networkInterfaces)
        giveNames(survey, system, &plan)
        guardNames(survey, system, &plan)
        quarantine(system.tree, &plan)
        plan.warnings += Self.warnings(survey.mapping)
        return plan
    }

    private func replaceAddresses(
        _ survey: NetworkSurvey, _ plan: inout AdaptationPlan, present: [NetworkInterface]
    ) {
        let replacements = survey.replacements
        let known = Set(present.compactMap(InterfaceMapping.address))
        for var text in survey.texts {
            for index in text.lines.indices where !BootFiles.isComment(text.lines[index]) {
                let line = MACAddress.replacing(in: text.lines[index], replacements)
                text.replace(line: index, with: line, because: "the address of the card that takes its place")
                for (address, _) in MACAddress.all(in: line)
                where !known.contains(address) && !address.isLocallyAdministered
                    && !address.isMulticast && address.bytes.contains(where: { $0 != 0 })
                {
                    plan.warnings.append(
                        "\(text.path) line \(index + 1) names \(address), which no network card of this machine has.")
                }
            }
            if let change = text.change() { plan.changes.append(change) }
        }
    }

    private func giveNames(_ survey: NetworkSurvey, _ system: RestoredSystem, _ plan: inout AdaptationPlan) {
        let files = survey.naming.files(for: survey.names)
        let pairs = survey.mapping.pairs.filter { $0.expected.isUsed && $0.present != nil }
        for (path, bytes) in files where !Self.has(bytes, at: path, in: system.tree) {
            // One file for each name, or one with all.
            let own = files.count == 1 ? pairs : pairs.filter { path.hasSuffix("-\($0.expected.name).link") }
            let words = own.map { Self.words($0) }.joined(separator: "; ")
            plan.changes.append(
                AdaptationChange(.write(path: path, bytes: bytes, mode: 0o644), reason: "\(path): \(words)"))
        }
        for path in InterfaceNaming.present(in: system.tree) where !files.contains(where: { $0.path == path }) {
            plan.changes.append(
                AdaptationChange(
                    .remove(path: path), reason: "\(path) is removed: it gives a name that is no longer to be given"))
        }
    }

    private func guardNames(_ survey: NetworkSurvey, _ system: RestoredSystem, _ plan: inout AdaptationPlan) {
        let present = system.machine.networkInterfaces.filter { $0.kind == .physical }.compactMap { own in
            InterfaceMapping.address(own).map { (name: own.name, address: $0) }
        }
        let isNeeded = InterfaceNameGuard.isNeeded(for: survey.names, present: present)
        if isNeeded, !system.tree.hasSystemd {
            plan.warnings.append(
                "Names that the kernel gives itself (\(survey.names.map(\.name).joined(separator: ", "))) may change places between "
                    + "cards, and without systemd nothing puts them right: check the addresses after the start.")
        }
        let files = isNeeded && system.tree.hasSystemd ? InterfaceNameGuard.files(for: survey.names) : []
        for (path, bytes, mode) in files where !Self.has(bytes, at: path, in: system.tree) {
            plan.changes.append(
                AdaptationChange(
                    .write(path: path, bytes: bytes, mode: mode),
                    reason: "\(path): puts names of cards right that udev cannot exchange, before the network is set up"
                ))
        }
        for path in InterfaceNameGuard.paths where files.isEmpty && system.tree.contains(path) {
            plan.changes.append(
                AdaptationChange(.remove(path: path), reason: "\(path) is removed: no names have to be exchanged"))
        }
    }

    private static func has(_ bytes: [UInt8], at path: String, in tree: SystemTree) -> Bool {
        // What cannot be read is written anew.
        (try? tree.contents(of: path)) ?? nil == bytes
    }
}

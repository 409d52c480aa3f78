internal import BlockDevices

/// The guests of a restored hypervisor: whether this machine has what their definitions ask for.
///
/// Definitions of libvirt (/etc/libvirt) and Proxmox VE (its database). What this machine lacks is a warning with the guest,
/// the reason and what to do. Only one thing is changed: where a definition of libvirt names a partition by the old machine's
/// disk, and the source's description tells which it was, it names that partition by its PARTUUID. Machine types and QEMU
/// itself came along with the system.
package struct HypervisorStep: AdaptationStep {
    package let name = "hypervisor"

    /// More than these nobody reads at night.
    private static let mostWarnings = 200

    package init() {}

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        let survey = HypervisorSurvey(system.tree)
        var plan = AdaptationPlan(warnings: survey.warnings)
        guard !survey.guests.isEmpty || !survey.pools.isEmpty else { return plan }
        let storage = GuestStorage(system)
        for var text in survey.texts {
            storage.edit(&text)
            if let change = text.change() { plan.changes.append(change) }
        }
        plan.warnings += GuestHardware(
            machine: system.machine, isSameMachine: DeviceResolver(system).isSameMachine
        ).warnings(survey.guests)
        plan.warnings += storage.warnings(survey)
        plan.warnings += try Self.networkWarnings(survey, system)
        if plan.warnings.count > Self.mostWarnings {
            let more = plan.warnings.count - Self.mostWarnings
            plan.warnings.removeLast(more)
            plan.warnings.append(
                "And \(more) more about guests: \"lifeboat adapt --dry-run\" says them when these are mended.")
        }
        return plan
    }

    /// That no guest writes to another partition than it did: a guest that lacks something does not keep its host from starting.
    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        let survey = HypervisorSurvey(system.tree)
        guard !survey.guests.isEmpty || !survey.pools.isEmpty else { return [] }
        let storage = GuestStorage(system)
        return survey.guests.flatMap { guest in guest.places.compactMap { storage.proof($0, of: guest) } }
    }

    /// Bridges that guests are plugged into and nothing makes.
    private static func networkWarnings(
        _ survey: HypervisorSurvey, _ system: RestoredSystem
    ) throws(RecoveryError) -> [String] {
        // Open vSwitch keeps its bridges in a database of its own.
        guard !system.tree.contains("/etc/openvswitch/conf.db") else { return [] }
        let mentions = try NetworkSurvey(system, overrides: [:]).mentions
        let known = mentions.made.union(mentions.names).union(survey.ownBridges)
        var warnings: [String] = []
        for guest in survey.guests {
            for network in guest.networks.sorted() where survey.networks[network] == nil {
                warnings.append(
                    "\(guest.words): its virtual network \(network) is not defined in /etc/libvirt/qemu/networks. Define it "
                        + "(\"virsh net-define\"), or choose another with \(guest.edit).")
            }
            let bridges = guest.bridges.union(guest.networks.compactMap { survey.networks[$0] ?? nil })
            for bridge in bridges.sorted() where !known.contains(bridge) {
                warnings.append(
                    "\(guest.words): it is plugged into the bridge \(bridge), which the system's network configuration does not "
                        + "make: unless something else does, it does not start. Define the bridge, or choose another with "
                        + "\(guest.edit).")
            }
        }
        return warnings
    }
}

import Inventory
import LinuxSystem
import Networking
import RescueConsole

extension RequestTask {
    func networkStatus() -> [String] {
        let setup = worker.network
        let interfaces = NetworkInterface.all()
        var notes: [String: NetworkReport.Notes] = [:]
        for interface in interfaces { notes[interface.name] = self.notes(of: interface) }
        return NetworkReport.lines(
            interfaces: interfaces, routes: Files.text(of: "/proc/net/route") ?? "",
            routes6: Files.text(of: "/proc/net/ipv6_route") ?? "",
            resolver: Files.text(of: options.resolverFile) ?? "", notes: notes, settings: setup.settings.lines,
            waiting: setup.waiting)
    }

    func setNetwork(_ line: String) throws -> [String] {
        try worker.network.add([line])
        return networkStatus()
    }

    /// What the boot scripts left of it.
    private func notes(of interface: NetworkInterface) -> NetworkReport.Notes {
        let start = "\(options.stateDirectory)/network/\(interface.name)"
        var notes = NetworkReport.Notes()
        notes.isSetByHand = Files.exists(start + ".manual")
        for line in (Files.text(of: start + ".lease") ?? "").split(separator: "\n") {
            let sides = line.split(separator: "=", maxSplits: 1).map(String.init)
            guard sides.count == 2 else { continue }
            if sides[0] == "address" { notes.leasedAddress = sides[1] }
            if sides[0] == "server" { notes.leaseServer = sides[1] }
        }
        notes.trouble = Files.text(of: start + ".trouble")
        let partner = Files.text(of: "/sys/class/net/\(interface.name)/bonding/ad_partner_mac")
        if partner == "00:00:00:00:00:00" { notes.trouble = "the switch does not answer LACP" }
        return notes
    }
}

import EndToEndHarness
import Foundation
import Testing

extension MachineTests {
    /// The ISO in a machine whose network does not come by itself.
    @Suite struct RescueNetworkTests {
        @Test(
            "no cable, no DHCP answer, an address set by hand, a bond and a VLAN with and without a peer, a lease that is lost"
        )
        func setByHand() throws {
            let workspace = try RescueLab.workspace()
            let directory = try TemporaryDirectory()
            let server = try repository(workspace, in: directory)
            defer { server.stop() }
            var hardware = Hardware(
                name: "network", firmware: .bios, disks: [], networkCard: .virtio, iso: workspace.iso)
            hardware.moreNetworkCards = [.virtio]
            let wires = ["first", "second"].map { Wire(in: directory, $0) }
            hardware.wires = wires
            let machine = try Machine(hardware, logs: workspace.logs)
            defer { machine.stop() }
            try machine.monitor.setLink("net0", isUp: false)
            let menu = RescueMenu(machine)
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "3", seconds: 900))
            try look(menu, for: "NO LINK", "NO ANSWER to DHCP", "10.0.11.15/24 (by DHCP from 10.0.11.2)")

            // QEMU numbers its cards.
            try set(menu, "52:54:00:12:34:57 10.0.11.77/24 via 10.0.11.2 dns 10.0.11.3")
            let fixed = try look(menu, for: "10.0.11.77/24 (set)", "Gateway       10.0.11.2 on ")
            #expect(!fixed.contains("10.0.11.15"))
            try set(menu, "bond \(wires[0].card(0)) \(wires[1].card(1)) none")
            try set(menu, "bond0.42 198.51.100.5/24")
            try look(
                menu, for: "VLAN 42 on bond0", "198.51.100.5/24 (set)", "part of bond0",
                "the switch does not answer LACP")
            try leave(menu)
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "1"))
            try menu.answer(
                .init(
                    title: "choose the repository", prompt: "Repository", answer: server.address(inNetwork: "10.0.11")))
            let hosts = try menu.answer(.init(title: "choose the host", prompt: "Host", answer: "menu"))
            #expect(hosts.contains("faraway"))

            // Cables in and out: what was set stays, and DHCP comes with a link.
            try machine.monitor.setLink("net0", isUp: true)
            try machine.monitor.setLink("net1", isUp: false)
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "3"))
            try look(menu, for: "NO LINK", "10.0.2.15/24 (by DHCP from 10.0.2.2)")
            try machine.monitor.setLink("net1", isUp: true)
            let end = try look(menu, for: "10.0.11.77/24 (set)", "Gateway       10.0.11.2 on ", without: "NO LINK")
            #expect(!end.contains("10.0.11.15"))

            // Somebody at the other ends: LACP, a VLAN that leads to the repository, and leases that are short.
            let peer = try NetworkPeer(workspace, wires: wires, server: server)
            defer { peer.stop() }
            try look(menu, for: "VLAN 42 on bond0", "198.51.100.5/24 (set)", without: "does not answer LACP")
            try leave(menu)
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "1"))
            let address = "http://\(NetworkPeer.addressInVLAN):\(NetworkPeer.port)"
            try menu.answer(.init(title: "choose the repository", prompt: "Repository", answer: address))
            let found = try menu.answer(.init(title: "choose the host", prompt: "Host", answer: "menu"))
            #expect(found.contains("faraway"))
            try menu.answer(.init(title: "main menu", prompt: "Choice", answer: "3"))
            try set(menu, "bond \(wires[0].card(0)) \(wires[1].card(1)) dhcp")
            try look(menu, for: "203.0.113.", "(by DHCP from \(NetworkPeer.address))", "198.51.100.5/24 (set)")
            try peer.giveLeases(false)
            try look(menu, for: "THE LEASE IS LOST", without: "203.0.113.")
            try peer.giveLeases(true)
            try look(menu, for: "(by DHCP from \(NetworkPeer.address))", without: "THE LEASE IS LOST")
        }

        /// A server of a repository with one small host.
        private func repository(_ workspace: Workspace, in directory: TemporaryDirectory) throws -> WebServer {
            let disk = directory.file("disk")
            try DirtyDisk.make(disk, size: 64 << 20)
            let repository = directory.file("repository")
            try Command(workspace.lifeboat, "repository", "init", repository).run()
            try Command(workspace.lifeboat, "capture", "--repository", repository, "--host", "faraway", disk).run()
            return try .lifeboat(
                program: workspace.lifeboat, repository: repository, log: workspace.log("network-server.log"))
        }

        private func set(_ menu: RescueMenu, _ line: String) throws {
            try menu.answer(.init(title: "network", prompt: "Network", answer: line))
        }

        private func leave(_ menu: RescueMenu) throws { try set(menu, "") }

        /// Looks at the network until it shows all of this, a minute at most; returns what it shows then. It is shown once more.
        @discardableResult
        private func look(_ menu: RescueMenu, for words: String..., without missing: String? = nil) throws -> String {
            let deadline = Date(timeIntervalSinceNow: 60)
            while true {
                let screen = try menu.answer(.init(title: "network", prompt: "Network", answer: "r"))
                let hasGone = missing.map { !screen.contains($0) } ?? true
                if hasGone, words.allSatisfy({ screen.contains($0) }) { return screen }
                guard Date() < deadline else { throw HarnessError("\(words) is not in the network: \(screen)") }
                usleep(500_000)
            }
        }
    }
}

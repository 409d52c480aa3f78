import Inventory
import LinuxSystem
import Recovery
import Testing

@Suite("The network of a restored system")
struct NetworkTests {
    static let old = ["52:54:00:00:00:01", "00:25:90:aa:bb:01", "00:25:90:aa:bb:02"]
    static let new = ["3c:ec:ef:00:00:01", "3c:ec:ef:00:00:02"]

    static let systemd = ["/usr/lib/systemd/systemd": "", "/usr/lib/systemd/systemd-udevd": ""]
        .merging(["/usr/lib/systemd/libsystemd-shared-252.so": "", "/usr/lib/udev/rules.d/50-udev-default.rules": ""]) {
            $1
        }

    static func card(
        _ name: String, _ mac: String, bus: String? = nil, driver: String? = nil, speed: Int? = nil,
        of upper: String? = nil
    ) -> NetworkInterface {
        NetworkInterface(
            name: name, kind: .physical, macAddress: mac, driver: driver, busAddress: bus, speedInMegabits: speed,
            hasCarrier: speed != nil, memberOf: upper)
    }

    private func files(
        _ contents: [String: String], from: [NetworkInterface], to: [NetworkInterface]
    ) throws -> RestoredFiles {
        try RestoredFiles(
            contents.merging(Self.systemd) { $1 }, machine: .machine(interfaces: to),
            source: from.isEmpty ? nil : .source(interfaces: from))
    }

    @Test(
        "the only old card takes the place that its configured address is right in, whatever the speeds; name servers say nothing"
    )
    func network() throws {
        let interfaces = """
            auto vmbr0
            iface vmbr0 inet static
                address 192.0.2.7/24
                dns-nameservers 198.51.100.1
                bridge_ports ens3

            """
        var right = Self.card("enp0s2", Self.new[0], bus: "0000:00:02.0", driver: "8139cp", speed: 100)
        var wrong = Self.card("enp0s3", Self.new[1], bus: "0000:00:03.0", driver: "e1000e", speed: 1000)
        (right.addresses, wrong.addresses) = (["192.0.2.99/24"], ["198.51.100.9/24"])
        let source = [Self.card("ens3", Self.old[0], bus: "0000:00:09.0", driver: "virtio_net", of: "vmbr0")]
        for source in [[], source] {
            let files = try files(["/etc/network/interfaces": interfaces], from: source, to: [right, wrong])
            let plan = try files.adapt(with: NetworkStep())
            let link = try #require(files["/etc/systemd/network/10-lifeboat-ens3.link"])
            #expect(link.contains("PermanentMACAddress=\(Self.new[0])"))
            #expect(plan.changes[0].reason.contains("in the network of 192.0.2.7"), "\(plan.changes[0].reason)")
        }
    }

    @Test("Debian with vmbr0: the card is called as before, and the configuration stays byte for byte")
    func debian() throws {
        let interfaces = """
            auto lo
            iface lo inet loopback

            allow-hotplug ens3
            iface ens3 inet manual

            auto vmbr0
            iface vmbr0 inet static
                address 192.0.2.7/24
                bridge_ports ens3
                bridge_stp off

            """
        let target = [Self.card("enp0s2", Self.new[0], bus: "0000:00:02.0", driver: "e1000e")]
        for source in [[], [Self.card("ens3", Self.old[0], bus: "0000:00:03.0", driver: "virtio_net", of: "vmbr0")]] {
            let files = try files(["/etc/network/interfaces": interfaces], from: source, to: target)
            #expect(try NetworkStep().prove(files.system).map(\.holds) == [false])
            let plan = try files.adapt(with: NetworkStep())
            #expect(files["/etc/network/interfaces"] == interfaces)
            let link = try #require(files["/etc/systemd/network/10-lifeboat-ens3.link"])
            #expect(link.hasSuffix("[Match]\nPermanentMACAddress=\(Self.new[0])\nType=ether\n\n[Link]\nName=ens3\n"))
            #expect(plan.changes.count == 1 && plan.warnings == [])
            #expect(plan.changes[0].reason.contains("vmbr0 stands on it"), "\(plan.changes[0].reason)")
            #expect(try NetworkStep().prove(files.system).map(\.holds) == [true])
            let initramfs = try NetworkStep().initramfsFiles(for: files.system)
            #expect(initramfs.map(\.path) == ["etc/systemd/network/10-lifeboat-ens3.link"])
            #expect(initramfs[0].bytes == Array(link.utf8))
        }
    }

    @Test("the language of the names follows the system's udev")
    func languages() throws {
        let target = [Self.card("eth0", Self.new[0])]
        let configuration = ["/etc/network/interfaces": "auto eth0\niface eth0 inet dhcp\n"]
        let old = try files(configuration, from: [], to: target)
        try Files.remove(old.root + "/usr/lib/systemd/libsystemd-shared-252.so")
        try old.write([], to: "/usr/lib/systemd/libsystemd-shared-239.so")
        try old.adapt(with: NetworkStep())
        let link = try #require(old["/etc/systemd/network/10-lifeboat-eth0.link"])
        #expect(link.contains("\nMACAddress=\(Self.new[0])\n") && !link.contains("Type="))
        let masked = try files(configuration, from: [], to: target)
        try masked.write([], to: "/etc/udev/rules.d/80-net-setup-link.rules")
        try masked.adapt(with: NetworkStep())
        let rule = try #require(masked["/etc/udev/rules.d/70-lifeboat-net.rules"])
        #expect(rule.contains("ATTR{address}==\"\(Self.new[0])\", ATTR{type}==\"1\", NAME=\"eth0\"\n"))
        #expect(try NetworkStep().prove(masked.system).map(\.holds) == [true])
    }

    @Test(
        "places that pin the address of the old card name the new one, in the same spelling",
        arguments: [
            (
                "/etc/network/interfaces",
                "iface eno1 inet dhcp\n  hwaddress ether 00:25:90:AA:BB:01\n# 00:25:90:aa:bb:01\n",
                "iface eno1 inet dhcp\n  hwaddress ether 3C:EC:EF:00:00:01\n# 00:25:90:aa:bb:01\n"
            ),
            (
                "/etc/netplan/50-cloud-init.yaml",
                "network:\n  version: 2\n  ethernets:\n    eno1:\n      match:\n        macaddress: \"00:25:90:aa:bb:01\" # card\n      set-name: eno1\n",
                "network:\n  version: 2\n  ethernets:\n    eno1:\n      match:\n        macaddress: \"3c:ec:ef:00:00:01\" # card\n      set-name: eno1\n"
            ),
            (
                "/etc/systemd/network/20-wired.network",
                "[Match]\nName=eno1\nMACAddress=00-25-90-aa-bb-01\n\n[Network]\nDHCP=yes\n",
                "[Match]\nName=eno1\nMACAddress=3c-ec-ef-00-00-01\n\n[Network]\nDHCP=yes\n"
            ),
            (
                "/etc/systemd/network/70-eno1.link", "[Match]\nMACAddress=00:25:90:aa:bb:01\n[Link]\nName=eno1\n",
                "[Match]\nMACAddress=3c:ec:ef:00:00:01\n[Link]\nName=eno1\n"
            ),
            (
                "/etc/NetworkManager/system-connections/eno1.nmconnection",
                "[connection]\nid=eno1\nuuid=0025-90\ntype=ethernet\ninterface-name=eno1\n\n[ethernet]\nmac-address=00:25:90:AA:BB:01\n",
                "[connection]\nid=eno1\nuuid=0025-90\ntype=ethernet\ninterface-name=eno1\n\n[ethernet]\nmac-address=3C:EC:EF:00:00:01\n"
            ),
            (
                "/etc/sysconfig/network-scripts/ifcfg-eno1", "DEVICE=eno1\nHWADDR=00:25:90:aa:bb:01\nONBOOT=yes\n",
                "DEVICE=eno1\nHWADDR=3c:ec:ef:00:00:01\nONBOOT=yes\n"
            ),
            (
                "/etc/udev/rules.d/70-persistent-net.rules",
                "# PCI\nSUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"?*\", ATTR{address}==\"00:25:90:aa:bb:01\", NAME=\"eno1\"\n",
                "# PCI\nSUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"?*\", ATTR{address}==\"3c:ec:ef:00:00:01\", NAME=\"eno1\"\n"
            ),
        ])
    func pins(path: String, before: String, after: String) throws {
        // With a description of the source, and from the configuration alone, which names card and address, too.
        for source in [[Self.card("eno1", Self.old[1])], []] {
            let files = try files([path: before], from: source, to: [Self.card("x0", Self.new[0])])
            let plan = try files.adapt(with: NetworkStep())
            #expect(files[path] == after)
            #expect(files["/etc/systemd/network/10-lifeboat-eno1.link"] != nil)
            #expect(plan.warnings == [])
        }
    }

    @Test("Proxmox: bond and VLANs stand on the names; a missing card is told with what loses it")
    func proxmox() throws {
        let interfaces = """
            auto eno1
            iface eno1 inet manual
            auto eno2
            iface eno2 inet manual
            auto bond0
            iface bond0 inet manual
            \tbond-slaves eno1 eno2
            \tbond-mode 802.3ad
            auto vmbr0
            iface vmbr0 inet manual
            \tbridge-ports bond0
            \tbridge-vlan-aware yes
            auto vmbr0.20
            iface vmbr0.20 inet static
            \taddress 192.0.2.7/24
            source /etc/network/interfaces.d/*

            """
        let files = try files(
            ["/etc/network/interfaces": interfaces], from: [],
            to: [Self.card("a", Self.new[0]), Self.card("b", Self.new[1])])
        var plan = try files.adapt(with: NetworkStep())
        #expect(plan.changes.count == 2 && plan.warnings == [])
        #expect(plan.changes[0].reason.contains("bond0, vmbr0 and vmbr0.20 stand on it"), "\(plan.changes[0].reason)")
        files.machine.networkInterfaces.removeLast()
        plan = try files.adapt(with: NetworkStep())
        #expect(
            plan.warnings == ["This machine has no network card for eno2: bond0, vmbr0 and vmbr0.20 lose this port."])
        #expect(try NetworkStep().prove(files.system).map(\.holds) == [true, false])
    }

    @Test("the same machine needs no change, even where a bond hides the cards' addresses")
    func sameMachine() throws {
        let shown = [
            Self.card("eno1", Self.old[1], bus: "0000:01:00.0", driver: "igb", of: "bond0"),
            Self.card("eno2", Self.old[1], bus: "0000:01:00.1", driver: "igb", of: "bond0"),
        ]
        let real = [
            Self.card("eno1", Self.old[1], bus: "0000:01:00.0", driver: "igb"),
            Self.card("eno2", Self.old[2], bus: "0000:01:00.1", driver: "igb"),
        ]
        let files = try files(
            ["/etc/sysconfig/network-scripts/ifcfg-eno2": "DEVICE=eno2\nHWADDR=\(Self.old[2])\n"], from: shown, to: real
        )
        let plan = try NetworkStep().plan(files.system)
        #expect(plan.changes.isEmpty && plan.warnings.isEmpty, "\(plan)")
        #expect(try NetworkStep().prove(files.system).map(\.holds) == [true, true])
        #expect(try NetworkStep().initramfsFiles(for: files.system).isEmpty)
    }

    @Test("two cards may change names and addresses with each other")
    func exchange() throws {
        let cards = [
            Self.card("eth0", Self.old[1], bus: "0000:01:00.0"), Self.card("eth1", Self.old[2], bus: "0000:02:00.0"),
        ]
        let path = "/etc/network/interfaces"
        let files = try files(
            [
                path:
                    "iface eth0 inet dhcp\n hwaddress \(Self.old[1])\niface eth1 inet dhcp\n hwaddress \(Self.old[2])\n"
            ],
            from: cards, to: cards)
        let step = NetworkStep(overrides: ["eth0": Self.old[2].uppercased(), "eth1": Self.old[1]])
        try files.adapt(with: step)
        #expect(
            files[path]
                == "iface eth0 inet dhcp\n hwaddress \(Self.old[2])\niface eth1 inet dhcp\n hwaddress \(Self.old[1])\n")
        let script = try #require(files["/etc/lifeboat/interface-names"])
        #expect(script.contains("wanted=\"\(Self.old[2])=eth0 \(Self.old[1])=eth1\""))
        #expect(files["/etc/systemd/system/sysinit.target.d/10-lifeboat-interface-names.conf"] != nil)
        #expect(try ChildProcess.run(["sh", "-n", files.root + "/etc/lifeboat/interface-names"]).status == .exited(0))
        // Changing one's mind puts all back.
        try files.adapt(with: NetworkStep())
        #expect(files[path]?.contains("eth0 inet dhcp\n hwaddress \(Self.old[2])") == true)
        #expect(files["/etc/lifeboat/interface-names"] == nil)
        #expect(files["/etc/systemd/network/10-lifeboat-eth0.link"] == nil)
    }

    /// What runs the script of the unit on a sysfs of directories, with an ip(8) that renames them.
    private func naming(_ files: RestoredFiles, _ cards: [NetworkInterface], ip: String) throws -> String {
        let script = try #require(files["/etc/lifeboat/interface-names"])
        for card in cards {
            try files.write([], to: "/net/\(card.name)/device")
            try files.write(Array("\(card.macAddress ?? "")\n".utf8), to: "/net/\(card.name)/address")
        }
        try files.write(Array("#!/bin/sh\n\(ip)\n".utf8), to: "/bin/ip")
        try files.write(Array("#!/bin/sh\n".utf8), to: "/bin/udevadm")
        try files.write(Array(script.replacing("/sys/class/net", with: "\(files.root)/net").utf8), to: "/script")
        return "chmod +x '\(files.root)'/bin/*; PATH='\(files.root)/bin':$PATH sh '\(files.root)/script'"
    }

    @Test("the unit that exchanges names does so, and leaves names alone that are right")
    func exchangeScript() throws {
        let cards = [Self.card("eth0", Self.old[1]), Self.card("eth1", Self.old[2]), Self.card("eth2", Self.new[0])]
        let files = try files([:], from: Array(cards.prefix(2)), to: cards)
        try files.adapt(with: NetworkStep(overrides: ["eth0": Self.old[2], "eth1": Self.new[0]]))
        let tools =
            "[ \"$5\" != name ] || mv '\(files.root)/net/'\"$4\" '\(files.root)/net/'\"$6\"; echo \"$*\" >> '\(files.root)/log'"
        let command = try naming(files, cards, ip: tools)
        for _ in 0..<2 {
            #expect(try ChildProcess.run(["sh", "-c", command]).status == .exited(0))
            #expect(
                files["/net/eth0/address"] == "\(Self.old[2])\n" && files["/net/eth1/address"] == "\(Self.new[0])\n")
            #expect(files["/net/lbspare3/address"] == "\(Self.old[1])\n", "the card without a place gives way")
        }
        #expect(files["/log"]?.split(separator: "\n").count == 8, "the second run does nothing")
    }

    @Test("a name that udev gave on as a second one to the card that lost it is taken from it")
    func alternativeName() throws {
        let cards = [Self.card("eth0", Self.old[1]), Self.card("eth1", Self.old[2])]
        let files = try files([:], from: Array(cards.prefix(1)), to: cards)
        try files.adapt(with: NetworkStep(overrides: ["eth0": Self.old[2]]))
        // udev hears of the card that gave way, and lets it keep its name as a second one.
        let tools = """
            cd '\(files.root)'
            case "$*" in
            'link property del dev lbspare2 altname eth0') rm -f alternative ;;
            'link set dev '*' name eth0') [ ! -e alternative ] || exit 2; mv "net/$4" "net/$6" ;;
            'link set dev eth0 name '*) mv "net/$4" "net/$6"; touch alternative ;;
            'link set dev '*' name '*) mv "net/$4" "net/$6" ;;
            esac
            """
        let command = try naming(files, cards, ip: tools)
        #expect(try ChildProcess.run(["sh", "-c", command]).status == .exited(0))
        #expect(
            files["/net/eth0/address"] == "\(Self.old[2])\n" && files["/net/lbspare2/address"] == "\(Self.old[1])\n")
    }

    @Test("quarantine is one rule for all cards, lifted by removing it")
    func quarantine() throws {
        let path = "/etc/udev/rules.d/00-lifeboat-quarantine.rules"
        let card = [Self.card("eno1", Self.old[1])]
        let files = try files([:], from: card, to: card)
        let step = NetworkStep(isQuarantined: true)
        #expect(try step.prove(files.system).last?.holds == false)
        let plan = try files.adapt(with: step)
        #expect(plan.changes.map(\.reason).joined().contains("rm \(path) && reboot"))
        #expect(try step.prove(files.system).last?.holds == true)
        #expect(try step.initramfsFiles(for: files.system).isEmpty)
        try files.adapt(with: NetworkStep())
        #expect(files[path] == nil)
        let bare = try RestoredFiles([:])
        #expect(try step.plan(bare.system).warnings.count == 1)
        #expect(try step.prove(bare.system).map(\.holds) == [false])
    }
}

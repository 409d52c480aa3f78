import BlockDevices
import Inventory
import Testing

@Suite("Network interfaces")
struct NetworkInterfaceTests {
    @Test("a bridge over a bond of two cards with a VLAN, each with its part in it")
    func stacked() throws {
        let scratch = try ScratchDirectory()
        let machine = try FakeMachine(scratch.path)
        let net = "sys/class/net"
        for (index, name) in ["eno1", "eno2"].enumerated() {
            try machine.write("\(net)/\(name)/address", "52:54:00:00:00:0\(index)\n")
            try machine.write("\(net)/\(name)/speed", index == 0 ? "10000\n" : "-1\n")
            try machine.write("\(net)/\(name)/carrier", index == 0 ? "1\n" : "0\n")
            try machine.write("sys/devices/0000:01:00.\(index)/vendor", "0x8086\n")
            try machine.link("../../../devices/0000:01:00.\(index)", "\(net)/\(name)/device")
            try machine.link("../../bus/pci/drivers/ixgbe", "sys/devices/0000:01:00.\(index)/driver")
            try machine.link("../bond0", "\(net)/\(name)/master")
        }
        try machine.write("\(net)/bond0/bonding/slaves", "eno1 eno2\n")
        try machine.link("../vmbr0", "\(net)/bond0/master")
        try machine.write("\(net)/vmbr0/bridge/bridge_id", "8000.525400000000\n")
        try machine.write("\(net)/vmbr0/brif/bond0/port_no", "1\n")
        try machine.write("\(net)/vmbr0.5/address", "52:54:00:00:00:00\n")
        try machine.write("proc/net/vlan/vmbr0.5", "vmbr0.5  VID: 5\t REORDER_HDR: 1\nDevice: vmbr0\n")
        try machine.write("\(net)/lo/type", "772\n")
        for name in ["eno1", "eno2", "bond0", "vmbr0", "vmbr0.5", "lo"] {
            try machine.write("\(net)/\(name)/ifindex", "1\n")
        }
        try machine.write("\(net)/bonding_masters", "bond0\n")

        let found = NetworkInterface.all(in: machine.tree)
        #expect(found.map(\.name) == ["bond0", "eno1", "eno2", "lo", "vmbr0", "vmbr0.5"])
        #expect(found.map(\.kind) == [.bond, .physical, .physical, .loopback, .bridge, .vlan])
        #expect(
            found[1]
                == NetworkInterface(
                    name: "eno1", kind: .physical, macAddress: "52:54:00:00:00:00", driver: "ixgbe",
                    busAddress: "0000:01:00.0", speedInMegabits: 10000, hasCarrier: true, memberOf: "bond0"))
        #expect(found[2].speedInMegabits == nil && found[2].hasCarrier == false)
        #expect(found[0].members == ["eno1", "eno2"] && found[0].memberOf == "vmbr0")
        #expect(found[4].members == ["bond0"])
        #expect(found[5].vlanID == 5 && found[5].vlanParent == "vmbr0")
    }
}

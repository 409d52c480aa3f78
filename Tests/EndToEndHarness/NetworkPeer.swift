import Foundation

/// A machine at the other end of two wires: a switch and a network in one. It speaks LACP on both wires, has DHCP on the bond,
/// VLAN 42 on top of it, and on each of them leads port 8080 to a server of this machine. Kernel, modules and busybox are those of the rescue image.
package final class NetworkPeer {
    /// Its own address on the bond itself, where it gives leases of `leaseInSeconds`.
    package static let address = "203.0.113.1"
    /// And on VLAN 42.
    package static let addressInVLAN = "198.51.100.1"
    package static let port = 8080
    package static let leaseInSeconds = 20

    private let machine: Machine
    private let directory: TemporaryDirectory

    /// Switches it on; returns when both ends may talk.
    package init(_ workspace: Workspace, wires: [Wire], server: WebServer) throws {
        directory = try TemporaryDirectory()
        var hardware = Hardware(name: "network-peer", firmware: .bios, disks: [], networkCard: .virtio)
        hardware.memoryInMiB = 256
        hardware.wires = wires.map(\.reversed)
        hardware.kernel = try Self.kernel(workspace, in: directory)
        machine = try Machine(hardware, logs: workspace.logs)
        try machine.console.wait(for: "PEER-READY", within: 300)
        try run("nc -ll -p \(Self.port) -e nc 10.0.2.2 \(server.port) &")
        try giveLeases(true)
    }

    /// Whether its DHCP server answers.
    package func giveLeases(_ gives: Bool) throws {
        try run(gives ? "udhcpd -f /etc/udhcpd.conf >/dev/null 2>&1 &" : "killall udhcpd")
    }

    package func stop() { machine.stop() }

    private func run(_ command: String) throws {
        try machine.console.send(line: "\(command)\necho status=$?,")
        let said = try machine.console.wait(forFirstOf: (0...9).map { "status=\($0)" }, within: 60)
        guard said.match == "status=0" else { throw HarnessError("\"\(command)\" failed in the peer: \(said.text)") }
    }

    private static let script = """
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        mount -t devtmpfs devtmpfs /dev
        for module in virtio_pci virtio_net 8021q; do modprobe $module; done
        modprobe bonding max_bonds=0
        ip link set lo up
        ip link set eth0 up
        ip address add 10.0.2.15/24 dev eth0
        echo +bond0 >/sys/class/net/bonding_masters
        cd /sys/class/net/bond0/bonding
        echo 802.3ad >mode
        echo fast >lacp_rate
        echo 100 >miimon
        echo +eth1 >slaves
        echo +eth2 >slaves
        ip link set bond0 up
        ip address add \(address)/24 dev bond0
        ip link add link bond0 name bond0.42 type vlan id 42
        ip link set bond0.42 up
        ip address add \(addressInVLAN)/24 dev bond0.42
        stty -echo </dev/ttyS0
        echo PEER-READY
        cd /
        while :; do setsid cttyhack sh; done

        """

    private static let leases = """
        interface bond0
        start 203.0.113.10
        end 203.0.113.20
        min_lease 5
        option subnet 255.255.255.0
        option lease \(leaseInSeconds)
        lease_file /tmp/leases
        pidfile /tmp/udhcpd.pid

        """

    private static func kernel(_ workspace: Workspace, in directory: TemporaryDirectory) throws -> Hardware.Kernel {
        let image = directory.file("initrd.img")
        let kernel = directory.file("vmlinuz")
        try workspace.extract("vmlinuz", to: kernel)
        try workspace.extract("initrd.img", to: image)
        let root = directory.file("root")
        let making = """
            set -eu
            mkdir -p image "$1/bin" "$1/etc" "$1/tmp" "$1/proc" "$1/sys" "$1/dev"
            (cd image && cpio --quiet -idm <../initrd.img)
            unsquashfs -no-progress -quiet -dest usr image/early/system.squashfs bin/busybox 'lib/modules/*/modules.*' \
            'lib/modules/*/kernel/drivers/net/bonding' 'lib/modules/*/kernel/net' 'lib/modules/*/kernel/drivers/virtio' \
            'lib/modules/*/kernel/drivers/net/*.ko' >/dev/null
            cp usr/bin/busybox "$1/bin/busybox"
            cp -a usr/lib "$1/lib"
            """
        try Command("sh", "-c", "cd '\(directory.path)' && \(making)", "sh", root).run()
        try script.write(toFile: root + "/init", atomically: false, encoding: .utf8)
        try leases.write(toFile: root + "/etc/udhcpd.conf", atomically: false, encoding: .utf8)
        let initramfs = directory.file("peer.img")
        try Command(
            "sh", "-c", "chmod 755 \"$1/init\" && cd \"$1\" && find . | cpio --quiet -o -H newc >\"$2\"", "sh", root,
            initramfs
        ).run()
        return Hardware.Kernel(path: kernel, initramfs: initramfs, commandLine: "console=ttyS0,115200 quiet panic=1")
    }
}

import BlockDevices
import Inventory
import LinuxSystem
import Testing

@Suite("Virtual machines of a host")
struct VirtualMachineTests {
    let scratch: ScratchDirectory
    let machine: FakeMachine

    init() throws {
        scratch = try ScratchDirectory()
        machine = try FakeMachine(scratch.path)
    }

    @Test("a libvirt domain: name, UUID and disks; drives without a medium and comments are left out")
    func libvirt() throws {
        try machine.write(
            "etc/libvirt/qemu/web.xml",
            """
            <!--
            WARNING: THIS IS AN AUTO-GENERATED FILE. <name>not this</name>
            -->
            <domain type='kvm'>
              <name>web &amp; mail</name>
              <uuid>4dea22b3-1d52-d8f3-2516-782e98ab3fa0</uuid>
              <devices>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='qcow2'/>
                  <source file='/var/lib/libvirt/images/web.qcow2'/>
                  <target dev='vda' bus='virtio'/>
                </disk>
                <disk type="block" device="disk"><source dev="/dev/vg0/data"/><target dev="vdb"/></disk>
                <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
                <interface type='bridge'><source bridge='br0'/><target dev='vnet0'/></interface>
              </devices>
            </domain>
            """)
        try machine.write("etc/libvirt/qemu/networks.txt", "not a domain")
        let found = try #require(VirtualMachine.all(in: machine.tree).first)
        #expect(found.name == "web & mail")
        #expect(found.uuid == "4dea22b3-1d52-d8f3-2516-782e98ab3fa0")
        #expect(
            found.disks == [
                .init(name: "vda", source: "/var/lib/libvirt/images/web.qcow2"),
                .init(name: "vdb", source: "/dev/vg0/data"),
            ])
        #expect(!found.isRunning)
    }

    @Test("a Proxmox machine: disks of the current state, not of its snapshots, and no CD")
    func proxmox() throws {
        try machine.write(
            "etc/pve/qemu-server/100.conf",
            """
            # a comment: with a colon
            boot: order=scsi0
            ide2: local:iso/debian.iso,media=cdrom,size=300M
            ide3: none,media=cdrom
            name: mail
            scsi0: local-lvm:vm-100-disk-0,iothread=1,size=32G
            scsihw: virtio-scsi-single
            smbios1: uuid=aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb
            virtio1: /dev/disk/by-id/x

            [before]
            scsi0: local-lvm:snap
            scsi5: local-lvm:gone
            """)
        let found = try #require(VirtualMachine.all(in: machine.tree).first)
        #expect(found.name == "mail")
        #expect(found.manager == .proxmox)
        #expect(found.uuid == "aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb")
        #expect(
            found.disks == [
                .init(name: "scsi0", source: "local-lvm:vm-100-disk-0"),
                .init(name: "virtio1", source: "/dev/disk/by-id/x"),
            ])
    }

    @Test("a running QEMU: its name and disks, from either form of the options; a defined machine is marked as running")
    func running() throws {
        func process(_ number: Int, _ arguments: [String]) throws {
            try machine.write("proc/\(number)/cmdline", arguments.joined(separator: "\0") + "\0")
        }
        try process(
            10,
            [
                "/usr/bin/qemu-system-x86_64", "-name", "guest=a,,b,debug-threads=on", "-drive",
                "file=/vm/a.img,format=raw,if=virtio,id=root", "-drive", "if=pflash,file=/ovmf.fd", "-cdrom", "/x.iso",
                "-blockdev", #"{"driver":"file","filename":"/vm/b.qcow2","node-name":"storage"}"#, "-blockdev",
                #"{"driver":"qcow2","file":"storage"}"#, "-blockdev",
                "driver=host_device,filename=/dev/sdb,node-name=raw",
            ])
        try process(11, ["/bin/bash", "-name", "qemu-system-x86_64"])
        try process(12, ["qemu-system-x86_64", "-m", "1G"])
        try process(13, ["kvm", "-name", "web"])
        try machine.write("etc/libvirt/qemu/web.xml", "<domain><name>web</name></domain>")
        let found = VirtualMachine.all(in: machine.tree)
        #expect(found.map(\.name) == ["a,b", "process 12", "web"])
        #expect(found.map(\.isRunning) == [true, true, true])
        #expect(found[2].manager == .libvirt)
        #expect(
            found[0].disks == [
                .init(name: "root", source: "/vm/a.img"), .init(name: "storage", source: "/vm/b.qcow2"),
                .init(name: "raw", source: "/dev/sdb"),
            ])
    }

    @Test("settings cut off at any character give less, never a trap")
    func truncated() throws {
        let text =
            "<domain><!-- c --><name>w</name><devices><disk a='b' c=\"d\"><source file='/x'/><target dev='v'/></disk>"
            + "</devices></domain>"
        for length in 0...text.count {
            try machine.write("etc/libvirt/qemu/w.xml", String(text.prefix(length)))
            let found = VirtualMachine.all(in: machine.tree)
            #expect(found.count <= 1)
            #expect(found.allSatisfy { $0.name == "w" })
            #expect(length < text.count || found.first?.disks == [.init(name: "v", source: "/x")])
        }
    }
}

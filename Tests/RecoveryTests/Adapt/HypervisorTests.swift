import BlockDevices
import Inventory
import LinuxSystem
import Recovery
import Testing

@Suite("Guests of a restored hypervisor")
struct HypervisorTests {
    /// A machine like the one the guests of `libvirt` were made on.
    static func machine(
        vendor: String = "GenuineIntel", flags: Set<String> = HypervisorTests.haswell, count: Int = 16,
        gibibytes: UInt64 = 64,
        pci: [String: String] = ["0000:06:12.5": "10de:1eb8, nvidia"], usb: Set<String> = ["0bda:8153"]
    ) -> TargetMachine {
        var machine = TargetMachine.machine()
        machine.processor = TargetMachine.Processor(vendor: vendor, flags: flags, count: count)
        machine.memoryInBytes = gibibytes << 30
        machine.pciDevices = pci
        machine.usbDevices = usb
        return machine
    }

    static let haswell: Set<String> = [
        "vmx", "ssse3", "sse4_1", "sse4_2", "cx16", "popcnt", "aes", "avx", "xsave", "f16c", "rdrand", "fsgsbase",
        "avx2", "bmi1",
        "bmi2", "fma", "movbe", "invpcid", "pclmulqdq",
    ]

    static let domain = """
        <domain type='kvm' id='3'>
          <name>web</name>
          <uuid>4dea22b3-1d52-d8f3-2516-782e98ab3fa0</uuid>
          <memory unit='KiB'>8388608</memory>
          <vcpu placement='static' cpuset='0-7,^2'>8</vcpu>
          <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type><loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader></os>
          <cpu mode='custom' match='exact' check='partial'>
            <model fallback='forbid'>Haswell-noTSX</model>
            <feature policy='require' name='pclmuldq'/><feature policy='disable' name='avx512f'/>
          </cpu>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type='file' device='disk'><source file='/var/lib/libvirt/images/web.qcow2'/><target dev='vda' bus='virtio'/></disk>
            <disk type='block' device='disk'><source dev='/dev/disk/by-id/ata-OLD_S1-part2'/><target dev='vdb' bus='virtio'/></disk>
            <interface type='network'><source network='default'/></interface>
            <interface type='bridge'><source bridge='br0'/></interface>
            <hostdev mode='subsystem' type='usb'><source><vendor id='0x0bda'/><product id='0x8153'/></source></hostdev>
          </devices>
        </domain>

        """

    static let files = [
        "/etc/libvirt/qemu/web.xml": domain, "/usr/share/OVMF/OVMF_CODE.fd": "", "/usr/bin/qemu-system-x86_64": "",
        "/var/lib/libvirt/images/web.qcow2": "",
        "/etc/libvirt/qemu/networks/default.xml":
            "<network><name>default</name><forward mode='nat'/><bridge name='virbr0' stp='on'/></network>",
        "/etc/libvirt/storage/default.xml":
            "<pool type='dir'><name>default</name><target><path>/var/lib/libvirt/images</path></target></pool>",
        "/etc/network/interfaces": "auto br0\niface br0 inet dhcp\n    bridge_ports eth0\n",
    ]

    static let source = MachineDescription.source(
        disks: [.disk("/dev/sda", names: ["ata-OLD_S1"], [(1, "ext4", "11111111-aaaa"), (2, "", "")])])

    /// The same names on the same machine: nothing is to be said.
    private func system(
        _ changed: [String: String] = [:], without: Set<String> = [], machine: TargetMachine = machine(),
        source: MachineDescription? = source
    ) throws -> RestoredFiles {
        let files = Self.files.merging(changed) { $1 }.filter { !without.contains($0.key) }
        return try RestoredFiles(files, machine: machine, source: source)
    }

    @Test("a machine that has everything gets no warning; a partition named by the old disk is named by its PARTUUID")
    func fits() throws {
        let files = try system()
        let proof = try HypervisorStep().prove(files.system)
        #expect(proof.map(\.holds) == [false] && proof[0].detail.contains("PARTUUID=0badcafe-02"), "\(proof)")
        let plan = try files.adapt(with: HypervisorStep())
        #expect(plan.warnings == [] && plan.changes.count == 1)
        let expected = Self.domain.replacing(
            "/dev/disk/by-id/ata-OLD_S1-part2", with: "/dev/disk/by-partuuid/0badcafe-02")
        #expect(files["/etc/libvirt/qemu/web.xml"] == expected)
        #expect(try HypervisorStep().prove(files.system).map(\.holds) == [true])
        // A partition without a file system is known from the description only: without it nothing is said.
        files.source = nil
        #expect(try files.adapt(with: HypervisorStep()).warnings == [])
    }

    @Test("without the source's description nothing is guessed: the definition stays and the disk is a warning")
    func nothingGuessed() throws {
        let files = try system(source: nil)
        let plan = try files.adapt(with: HypervisorStep())
        #expect(plan.changes.isEmpty && files["/etc/libvirt/qemu/web.xml"] == Self.domain)
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("its disk vdb, /dev/disk/by-id/ata-OLD_S1-part2"))
        let whole = try system(
            ["/etc/libvirt/qemu/web.xml": Self.domain.replacing("ata-OLD_S1-part2", with: "ata-OLD_S1")])
        let warnings = try whole.adapt(with: HypervisorStep()).warnings
        #expect(warnings.count == 1 && warnings[0].contains("ls -l /dev/disk/by-id"), "\(warnings)")
    }

    @Test(
        "what the machine lacks is said with the guest, the reason and the remedy",
        arguments: [
            (
                machine(vendor: "AuthenticAMD", flags: haswell.symmetricDifference(["vmx", "svm"])),
                "its processor model Haswell-noTSX is one of Intel and this machine's is of AMD"
            ),
            (machine(flags: haswell.subtracting(["avx2"])), "does not have (avx2): it does not start"),
            (machine(flags: haswell.subtracting(["pclmulqdq"])), "does not have (pclmulqdq)"),
            (machine(flags: haswell.subtracting(["vmx"])), "Switch on VT-x or AMD-V (SVM) in the firmware's settings"),
            (machine(gibibytes: 4), "it has 8192 MiB of memory and this machine 4096 MiB"),
            (machine(usb: []), "the USB device 0bda:8153 that is passed to it is not plugged into this machine"),
            (TargetMachine.machine(), "was not compared with the processors, memory, PCI devices, USB devices"),
        ])
    func lacks(machine: TargetMachine, words: String) throws {
        let warnings = try system(machine: machine).adapt(with: HypervisorStep()).warnings
        #expect(warnings.count == 1 && warnings[0].contains(words), "\(warnings)")
    }

    @Test("fewer processors than the guest has, and than it is bound to")
    func processors() throws {
        let warnings = try system(machine: Self.machine(count: 4)).adapt(with: HypervisorStep()).warnings
        #expect(warnings.count == 2, "\(warnings)")
        #expect(warnings[0].contains("virsh setvcpus web 4 --maximum --config"))
        #expect(warnings[1].contains("bound to processor 7 and this machine has 0 to 3"))
    }

    @Test("a processor of the host's own model needs no more than KVM")
    func passthrough() throws {
        let domain = Self.domain.replacing("mode='custom'", with: "mode='host-passthrough'").replacing(
            "<feature policy='require' name='pclmuldq'/>", with: "")
        let other = Self.machine(vendor: "AuthenticAMD", flags: ["svm"])
        let files = try system(["/etc/libvirt/qemu/web.xml": domain], machine: other)
        #expect(try files.adapt(with: HypervisorStep()).warnings == [])
    }

    @Test("a PCI address says nothing of the device behind it on another machine")
    func pci() throws {
        let device = """
            <hostdev mode='subsystem' type='pci' managed='yes'><source>
            <address domain='0x0000' bus='0x06' slot='0x12' function='0x5'/></source></hostdev></devices>
            """
        let domain = ["/etc/libvirt/qemu/web.xml": Self.domain.replacing("</devices>", with: device)]
        let here = try system(domain).adapt(with: HypervisorStep()).warnings
        #expect(here.count == 1 && here[0].contains("is 10de:1eb8, nvidia in this machine"), "\(here)")
        var same = Self.machine()
        same.disks = [TargetMachine.Disk(path: "/dev/sda", sizeInBytes: 64 << 30, logicalSectorSize: 512)]
        #expect(try system(domain, machine: same).adapt(with: HypervisorStep()).warnings == [])
        let gone = try system(domain, machine: Self.machine(pci: [:])).adapt(with: HypervisorStep()).warnings
        #expect(
            gone.count == 1 && gone[0].contains("0000:06:12.5 that is passed to it is not in this machine"), "\(gone)")
    }

    @Test(
        "what the restored system itself lacks",
        arguments: [
            (
                "/var/lib/libvirt/images/web.qcow2",
                "its disk vda, /var/lib/libvirt/images/web.qcow2, is not in the restored"
            ),
            ("/usr/bin/qemu-system-x86_64", "its emulator, /usr/bin/qemu-system-x86_64, is not in the restored"),
            ("/usr/share/OVMF/OVMF_CODE.fd", "its firmware, /usr/share/OVMF/OVMF_CODE.fd, is not"),
            ("/etc/libvirt/qemu/networks/default.xml", "its virtual network default is not defined"),
            ("/etc/network/interfaces", "plugged into the bridge br0"),
        ])
    func incomplete(missing: String, words: String) throws {
        let warnings = try system(without: [missing]).adapt(with: HypervisorStep()).warnings
        #expect(warnings.contains { $0.contains(words) }, "\(warnings)")
    }

    @Test("a file below a file system that was not mounted here is not judged")
    func unmounted() throws {
        let domain = Self.domain.replacing("/var/lib/libvirt/images/", with: "/srv/guests/")
        let changed = [
            "/etc/libvirt/qemu/web.xml": domain, "/etc/fstab": "UUID=22222222-bbbb /srv ext4 defaults 0 2\n",
        ]
        #expect(try system(changed).adapt(with: HypervisorStep()).warnings == [])
        #expect(try system(["/etc/libvirt/qemu/web.xml": domain]).adapt(with: HypervisorStep()).warnings.count == 1)
    }

    @Test("guests that start with the host and have more memory together than the machine")
    func total() throws {
        let second = Self.domain.replacing("<name>web<", with: "<name>db<")
        var files = [
            "/etc/libvirt/qemu/db.xml": second, "/etc/libvirt/qemu/autostart/db.xml": "",
            "/etc/libvirt/qemu/autostart/web.xml": "",
        ]
        let warnings = try system(files, machine: Self.machine(gibibytes: 12)).adapt(with: HypervisorStep()).warnings
        #expect(warnings.count == 1 && warnings[0].contains("16384 MiB together and this machine has 12288 MiB"))
        files["/etc/libvirt/qemu/autostart/db.xml"] = nil
        #expect(try system(files, machine: Self.machine(gibibytes: 12)).adapt(with: HypervisorStep()).warnings == [])
    }

    @Test(
        "a definition that is no XML, or would not end, is a warning and stays as it is",
        arguments: [
            ("<domain><name>web</domain>", "mismatched tag"),
            ("<!DOCTYPE x [<!ENTITY a 'b'>]><domain><name>&a;</name></domain>", "it has a document type"),
            (String(repeating: "<a>", count: 65), "nested too deep"),
        ])
    func damaged(text: String, words: String) throws {
        let plan = try system(["/etc/libvirt/qemu/web.xml": text]).adapt(with: HypervisorStep())
        #expect(plan.changes.isEmpty && plan.warnings.count == 1)
        #expect(plan.warnings.first?.contains(words) == true, "\(plan.warnings)")
    }

    @Test("a system without guests is left alone without a word, on any machine")
    func none() throws {
        let files = try RestoredFiles(["/etc/fstab": ""])
        let plan = try files.adapt(with: HypervisorStep())
        #expect(plan.changes.isEmpty && plan.warnings == [])
        #expect(try HypervisorStep().prove(files.system).isEmpty)
    }

    @Test("processors, memory and devices are read from proc and sysfs")
    func facts() throws {
        let processor = { (number: Int) in
            """
            processor\t: \(number)
            vendor_id\t: AuthenticAMD
            model name\t: AMD EPYC 7302 16-Core Processor
            flags\t\t: fpu vme svm avx2
            vmx flags\t: vnmi

            """
        }
        let files = try RestoredFiles([
            "/proc/cpuinfo": processor(0) + "\n" + processor(1),
            "/proc/meminfo": "MemTotal:       65793112 kB\nMemFree: 1 kB\n",
            "/sys/bus/pci/devices/0000:03:00.0/vendor": "0x8086\n",
            "/sys/bus/pci/devices/0000:03:00.0/device": "0x1521\n",
            "/sys/bus/usb/devices/1-2/idVendor": "0bda\n", "/sys/bus/usb/devices/1-2/idProduct": "8153\n",
            "/sys/bus/usb/devices/1-2:1.0/bInterfaceClass": "ff\n",
        ])
        try Files.makeLink(files.root + "/sys/bus/pci/devices/0000:03:00.0/driver", to: "../../../bus/pci/drivers/igb")
        var machine = TargetMachine.machine()
        machine.readHostFacts(in: KernelTree(root: files.root))
        #expect(
            machine.processor
                == TargetMachine.Processor(vendor: "AuthenticAMD", flags: ["fpu", "vme", "svm", "avx2"], count: 2))
        #expect(machine.memoryInBytes == 65_793_112 << 10)
        #expect(machine.pciDevices == ["0000:03:00.0": "8086:1521, igb"] && machine.usbDevices == ["0bda:8153"])
        let described = try machine.described(as: "nvme")
        #expect(described.processor == nil && described.memoryInBytes == nil && described.pciDevices == nil)
    }
}

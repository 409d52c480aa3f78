import BlockDevices
import Inventory
import RepositoryFormat
import RescueConsole

enum Samples {
    static let address = "http://192.0.2.10:8080/"
    /// 2026-11-22T18:00:00Z.
    static let now: Int64 = 1_795_370_400_000_000_000
    static let hour: Int64 = 3_600_000_000_000
    static let gibibyte: UInt64 = 1 << 30

    static let web01 = HostChoice(
        name: "web01", moments: 3, newest: "2026-11-22T17:00:00Z", diskBytes: 40 * gibibyte)
    static let empty = HostChoice(name: "new", moments: 0, newest: nil, diskBytes: 0)
    static let db = HostChoice(name: "db", moments: 1, newest: "2026-11-20T00:00:00Z", diskBytes: gibibyte)

    static func card(_ address: String) -> NetworkInterface {
        NetworkInterface(name: "eno1", kind: .physical, macAddress: address)
    }

    static func machine(_ name: String, _ cards: [NetworkInterface]) -> MachineDescription {
        MachineDescription(
            hostName: name, capturedAt: "2026-11-20T02:00:00Z", firmware: Firmware(mode: .uefi, evidence: ""),
            disks: [source(0)], networkInterfaces: cards,
            virtualMachines: [
                VirtualMachine(name: "one", manager: .libvirt), VirtualMachine(name: "two", manager: .libvirt),
            ])
    }

    /// Oldest first; the newest one hour before `now`, each an hour older than the next.
    static func moments(_ count: Int) -> [MomentChoice] {
        (0..<count).map { number in
            MomentChoice(
                position: Position(epoch: 1, sequence: UInt64(number + 1)), time: now - Int64(count - number) * hour,
                quality: "cold", label: number == 0 ? "first" : "", diskBytes: 40 * gibibyte, dataBytes: gibibyte)
        }
    }

    static func source(_ number: Int, gibibytes: UInt64 = 40) -> DiskDescription {
        DiskDescription(
            number: number, path: "/dev/sda",
            identity: DiskIdentity(serial: "OLD00\(number)", vendor: "Samsung", model: "PM9A3"),
            sizeInBytes: gibibytes * gibibyte, partitionTable: .init(kind: "gpt"))
    }

    static func disk(
        _ path: String, serial: String?, gibibytes: UInt64 = 48, model: String? = "QEMU HARDDISK",
        contents: DiskContents? = DiskContents(), roles: Set<PresentDisk.Role> = [], use: DiskUse = DiskUse()
    ) -> PresentDisk {
        PresentDisk(
            path: path, identity: DiskIdentity(serial: serial, model: model, transport: "sata"),
            geometry: DiskGeometry(sizeInBytes: gibibytes * gibibyte), contents: contents, use: use, roles: roles)
    }

    static let clock = ClockStatus(
        system: now, hardware: now + 2_000_000_000,
        layouts: [
            "be", "br", "ca", "ch-de", "ch-fr", "cz", "de", "dk", "dvorak", "ee", "es", "fi", "fr", "hr", "hu", "is",
            "it", "jp", "latam", "lt", "lv", "nl", "no", "pl", "pt", "ro", "se", "si", "sk", "tr", "uk", "us",
        ])

    static let target = disk("/dev/sda", serial: "TARGET-123456")
    static let second = disk("/dev/sdb", serial: "SECOND-654321", gibibytes: 60)

    static let question = PassphraseQuestion(
        container: "partition 3 of /dev/sda (LUKS 0b3cdb0d-7a2d-4b0e-9c55-8d2f3a6f7c11)",
        warning: "key slot 1 is sealed to the old machine's TPM. Have a passphrase ready.")
}

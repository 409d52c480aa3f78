/// What Windows needs to reach its disk through one kind of controller before it can read any other driver from that disk.
struct WindowsDriver: Hashable, Sendable {
    /// "NVMe".
    let hardware: String
    /// The modules by which Linux drives it.
    let modules: Set<String>
    /// What a modalias of such a device contains: its class (PCI Code and ID Assignment Specification) or its number.
    let aliases: [String]
    /// Services of Windows that drive it together; the first set that Windows has is enough. More than one where versions of
    /// Windows, or generations of the hardware, differ.
    let choices: [[String]]
    /// Devices in Windows' words, of a driver that does not come with Windows: where Windows never installed it, nothing binds
    /// it to its device, and the service alone starts nothing.
    let devices: [String]

    init(
        _ hardware: String, modules: Set<String>, aliases: [String] = [], choices: [[String]], devices: [String] = []
    ) {
        self.hardware = hardware
        self.modules = modules
        self.aliases = aliases
        self.choices = choices
        self.devices = devices
    }

    /// Services by Microsoft's "Service names of in-box drivers" (stornvme, storahci since Windows 8, msahci before it: KB
    /// 922976), and by virtio-win for the paravirtual ones.
    static let all = [
        WindowsDriver(
            "NVMe", modules: ["nvme"], aliases: ["bc01sc08i02"], choices: [["stornvme"]]),
        // Beside NVMe: Windows sees the disks behind it only by Intel's driver.
        WindowsDriver(
            "Intel VMD", modules: ["vmd"], choices: [["iaStorVD"], ["iaVROC"]],
            devices: ["201D", "28C0", "467F", "4C3D", "7D0B", "9A0B", "A77F", "AD0B"].map { "VEN_8086&DEV_\($0)" }),
        WindowsDriver(
            "SATA (AHCI)", modules: ["ahci"], aliases: ["bc01sc06i01"], choices: [["storahci"], ["msahci"]]),
        WindowsDriver(
            "IDE", modules: ["ata_piix", "ata_generic", "pata_acpi"], aliases: ["bc01sc01i"],
            choices: [["intelide", "atapi"], ["pciide", "atapi"]]),
        WindowsDriver(
            "Hyper-V", modules: ["hv_storvsc"], aliases: ["vmbus:d96361baa104294db60572e2ffb1dc7f"],
            choices: [["vmbus", "storvsc"]]),
        WindowsDriver(
            "MegaRAID SAS", modules: ["megaraid_sas"],
            choices: [["megasas35i"], ["megasas2i"], ["megasas"]]),
        WindowsDriver("LSI SAS 3", modules: ["mpt3sas"], choices: [["LSI_SAS3i"], ["LSI_SAS2i"]]),
        WindowsDriver("LSI SAS", modules: ["mptsas"], choices: [["LSI_SAS"]]),
        WindowsDriver(
            "virtio-scsi", modules: ["virtio_scsi"],
            aliases: ["pci:v00001AF4d00001004", "pci:v00001AF4d00001048", "virtio:d00000008"], choices: [["vioscsi"]],
            devices: ["VEN_1AF4&DEV_1004", "VEN_1AF4&DEV_1048"]),
        WindowsDriver(
            "virtio-blk", modules: ["virtio_blk"],
            aliases: ["pci:v00001AF4d00001001", "pci:v00001AF4d00001042", "virtio:d00000002"], choices: [["viostor"]],
            devices: ["VEN_1AF4&DEV_1001", "VEN_1AF4&DEV_1042"]),
        WindowsDriver(
            "VMware paravirtual SCSI", modules: ["vmw_pvscsi"], aliases: ["pci:v000015ADd000007C0"],
            choices: [["pvscsi"]], devices: ["VEN_15AD&DEV_07C0"]),
        // Windows starts from USB only where it was made for that (Windows To Go).
        WindowsDriver("USB", modules: ["usb_storage", "uas"], choices: []),
    ]

    /// What a disk hangs on, by the modules that drive it here, or by the names of its devices where drivers are built in;
    /// empty when nothing of it is known.
    static func needed(by disk: TargetMachine.Disk) -> [WindowsDriver] {
        let loaded = Set(disk.drivers)
        let known = all.filter { !$0.modules.isDisjoint(with: loaded) }
        if !known.isEmpty { return known }
        return all.filter { driver in
            driver.aliases.contains { alias in disk.modaliases.contains { $0.contains(alias) } }
        }
    }
}

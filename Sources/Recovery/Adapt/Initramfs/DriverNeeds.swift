/// Which modules a kernel needs to reach the disks of a machine.
struct DriverNeeds {
    let machine: TargetMachine

    /// Canonical names, with everything they need; and what is asked for and this kernel has neither as a module nor built in.
    func modules(for index: ModuleIndex) -> (modules: Set<String>, missing: Set<String>) {
        var wanted: Set<String> = []
        var missing: Set<String> = []
        for disk in machine.disks {
            for driver in disk.drivers.map(ModuleIndex.canonical) {
                if index.contains(driver) {
                    wanted.insert(driver)
                } else if !index.isBuiltIn(driver), !Self.isHelper(driver) {
                    missing.insert(driver)
                }
            }
            for alias in disk.modaliases { wanted.formUnion(index.modules(for: alias)) }
        }
        // A kernel that names a driver otherwise has it by alias: then nothing is missing for that disk.
        return (index.closure(of: wanted), missing)
    }

    /// Modules that other kernels have built in, have merged with others, or do not have at all without harm.
    private static func isHelper(_ name: String) -> Bool {
        [
            "scsi_mod", "scsi_common", "libata", "libahci", "usbcore", "usb_common", "nvme_core", "nvme_common",
            "virtio",
            "virtio_ring", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "pcieport", "t10_pi", "crc_t10dif",
            "crct10dif_common",
            "crct10dif_generic", "nvme_auth",
        ].contains(name)
    }
}

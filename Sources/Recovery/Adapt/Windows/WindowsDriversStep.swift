internal import FileSystems
internal import Registry

/// Lets Windows start the drivers of this machine's disks at boot. Windows has them all on its volume and switches off those
/// that it did not need (Start 3, or StartOverride 3 since Windows 8): on another controller it stops with
/// INACCESSIBLE_BOOT_DEVICE (0x7B). Only numbers that are there become 0; no key is made, so a driver that Windows never
/// installed is named and not invented.
package struct WindowsDriversStep: AdaptationStep {
    package static let name = "windows-drivers"
    package var name: String { Self.name }

    package init() {}

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        guard let windows = system.windows else { return AdaptationPlan() }
        var plan = AdaptationPlan()
        if let refusal = windows.refusal { plan.warnings.append(refusal) }
        let registry = try WindowsRegistry.open(system, windows)
        if registry.hive.isDirty { plan.warnings.append(Self.dirty(registry.path)) }
        guard windows.refusal == nil, !registry.hive.isDirty else { return plan }
        for driver in Self.needed(by: system) {
            for set in registry.controlSets {
                for name in Set(driver.choices.joined()).sorted() {
                    plan.changes += try Self.changes(name, for: driver, in: set, registry)
                }
            }
        }
        return plan
    }

    private static func changes(
        _ name: String, for driver: WindowsDriver, in set: String, _ registry: borrowing WindowsRegistry
    ) throws(RecoveryError) -> [AdaptationChange] {
        let service = try registry.service(name, in: set)
        guard service.isThere else { return [] }
        let key = [set, "Services", name]
        var edits: [(RegistryEdit, String)] = []
        if let start = service.start, start != 0 {
            edits.append((try registry.zeroing("Start", of: key), "Start \(start)"))
        }
        for (number, value) in service.overrides.sorted(by: { $0.key < $1.key }) where value != 0 {
            edits.append(
                (try registry.zeroing(number, of: key + ["StartOverride"]), "StartOverride\\\(number) \(value)"))
        }
        return edits.map { edit, what in
            AdaptationChange(
                .overwrite(path: registry.path, offset: edit.offset, bytes: edit.bytes),
                reason:
                    "\(registry.path), \(set): \(what) of \(name) becomes 0 (started at boot), because this machine's disk "
                    + "hangs on \(driver.hardware)")
        }
    }

    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        guard let windows = system.windows else { return [] }
        var proofs = [
            Proof(
                "Windows is not hibernated", holds: windows.state != .hibernated,
                detail: windows.state == .hibernated ? windows.refusal ?? "" : "")
        ]
        let registry = try WindowsRegistry.open(system, windows)
        let drivers = Self.needed(by: system)
        guard !drivers.isEmpty else {
            let disks = Self.disks(of: system).map { disk in
                "\(disk.path) (\(disk.drivers.isEmpty ? "no driver known" : disk.drivers.joined(separator: ", ")))"
            }
            proofs.append(
                Proof(
                    "it is known what the disk hangs on and which driver of Windows that takes", holds: false,
                    detail:
                        "Nothing is known of \(disks.joined(separator: ", ")). For an image, or another machine than this "
                        + "one, say it: --hardware nvme,uefi."))
            return proofs
        }
        for driver in drivers {
            proofs.append(try Self.prove(driver, in: registry.nextControlSet, registry, windows))
        }
        return proofs
    }

    private static func prove(
        _ driver: WindowsDriver, in set: String, _ registry: borrowing WindowsRegistry, _ windows: WindowsSystem
    ) throws(RecoveryError) -> Proof {
        let statement = "\(set) starts a driver for \(driver.hardware) at boot"
        guard !driver.choices.isEmpty else {
            return Proof(
                statement, holds: false,
                detail: "Windows starts from a disk on \(driver.hardware) only where it was made for that.")
        }
        var lacking: [String] = []
        var isSwitchedOff = false
        for choice in driver.choices {
            var services: [WindowsRegistry.Service] = []
            for name in choice { services.append(try registry.service(name, in: set)) }
            let isBound = driver.devices.isEmpty ? true : try registry.binds(driver.devices, in: set)
            if isBound, services.allSatisfy(\.startsAtBoot) {
                let files = services.compactMap(\.file).joined(separator: ", ")
                return Proof("\(statement): \(choice.joined(separator: ", ")) (\(files))", holds: true)
            }
            lacking += services.compactMap { Self.lack($0) }
            isSwitchedOff = isSwitchedOff || (isBound && services.allSatisfy(\.isThere))
            if !isBound, services.allSatisfy({ $0.start != nil || $0.file != nil }) {
                lacking.append(
                    "nothing in the registry binds \(choice.joined(separator: ", ")) to the device: it was never installed"
                )
            }
        }
        let advice =
            driver.devices.isEmpty
            ? "Give the disk another controller, or install the driver while Windows runs on hardware that it knows."
            : "The file alone is not enough. Install the driver while Windows runs on hardware that it knows (with a device of this "
                + "kind attached), or give the disk a controller whose driver comes with Windows (SATA, NVMe)."
        var last = advice
        if windows.refusal != nil || registry.hive.isDirty {
            last = "Nothing was changed: see the warning. \(advice)"
        } else if isSwitchedOff {
            last = "This step switches it on."
        }
        return Proof(statement, holds: false, detail: "\(lacking.joined(separator: "; ")). \(last)")
    }

    private static func lack(_ service: WindowsRegistry.Service) -> String? {
        guard let start = service.start else {
            return service.file == nil
                ? "\(service.name) is not there" : "\(service.file ?? "") is there and no service uses it"
        }
        if service.file == nil { return "the file of \(service.name) is not there" }
        if let (name, value) = service.overrides.first(where: { $0.value != 0 }) {
            return "\(service.name) is switched off (StartOverride\\\(name) \(value))"
        }
        return start == 0 ? nil : "\(service.name) is switched off (Start \(start))"
    }

    private static func dirty(_ path: String) -> String {
        "\(path) has changes in its log that Windows applies when it starts: what is said here is of the hive without them, and "
            + "nothing in it is changed. Restore a moment after a shutdown, or start Windows once on hardware that it knows."
    }

    /// The disk with Windows; all of them where it lies on something that is made of several.
    private static func disks(of system: RestoredSystem) -> [TargetMachine.Disk] {
        system.rootVolume?.disk.map { [system.machine.disks[$0]] } ?? system.machine.disks
    }

    private static func needed(by system: RestoredSystem) -> [WindowsDriver] {
        var found: [WindowsDriver] = []
        for driver in disks(of: system).flatMap(WindowsDriver.needed) where !found.contains(driver) {
            found.append(driver)
        }
        return found
    }
}

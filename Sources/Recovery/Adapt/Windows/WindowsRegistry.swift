internal import LinuxSystem
internal import Registry

/// SYSTEM of a restored Windows, as its start uses it: control sets, and the services in them that are drivers.
struct WindowsRegistry: ~Copyable {
    /// How a driver stands in one control set.
    struct Service: Hashable {
        var name: String
        /// nil when the service is not there.
        var start: UInt32?
        /// Numbers that take the place of `start` (Windows 8 and later), by name: 3 keeps a driver from starting at boot.
        var overrides: [String: UInt32] = [:]
        /// Its file in Windows' volume, in the letters it has; nil when it is not there.
        var file: String?

        var isThere: Bool { start != nil && file != nil }
        /// Started by the boot loader, before any disk can be read otherwise.
        var startsAtBoot: Bool { isThere && start == 0 && overrides.values.allSatisfy { $0 == 0 } }
    }

    /// Path of the file, in the letters it has.
    let path: String
    let hive: RegistryHive
    /// "ControlSet001": those that Windows may start with, the one it starts with next first.
    let controlSets: [String]
    /// Of these, the one that Windows starts with. An older one (LastKnownGood) may lack what Windows has now.
    var nextControlSet: String { controlSets[0] }
    private let tree: SystemTree
    private let directory: String

    /// Most values that are looked at below a StartOverride key; Windows writes one.
    private static let overrideLimit = 16

    private init(
        path: String, hive: consuming RegistryHive, controlSets: [String], tree: SystemTree, directory: String
    ) {
        self.path = path
        self.hive = hive
        self.controlSets = controlSets
        self.tree = tree
        self.directory = directory
    }

    /// Throws `failed` when SYSTEM cannot be read or names no control set.
    static func open(_ system: RestoredSystem, _ windows: WindowsSystem) throws(RecoveryError) -> WindowsRegistry {
        let (path, bytes) = try file("\(windows.directory)/\(WindowsSearch.systemHive)", system.tree)
        let hive = try hive(bytes, path)
        let controlSets = try sets(of: hive)
        return WindowsRegistry(
            path: path, hive: hive, controlSets: controlSets, tree: system.tree, directory: windows.directory)
    }

    private static func hive(_ bytes: [UInt8], _ path: String) throws(RecoveryError) -> RegistryHive {
        do throws(RegistryError) { return try RegistryHive(bytes, name: path) } catch { throw failure(error) }
    }

    private static func sets(of hive: borrowing RegistryHive) throws(RecoveryError) -> [String] {
        do throws(RegistryError) { return try controlSets(of: hive) } catch { throw failure(error) }
    }

    private static func file(_ path: String, _ tree: SystemTree) throws(RecoveryError) -> (String, [UInt8]) {
        let found = try tree.looking { tree throws(SystemCallError) -> (String, [UInt8])? in
            guard let place = try tree.spelled(path),
                let bytes = try tree.contents(of: place, limit: RegistryHive.sizeLimit)
            else { return nil }
            return (place, bytes)
        }
        guard let found else { throw RecoveryError(.failed, "\(path) is missing. Nothing was changed.") }
        return found
    }

    /// Of Select: Default is what Windows starts with and must be there, Current what it ran with, LastKnownGood what F8 offers.
    private static func controlSets(of hive: borrowing RegistryHive) throws(RegistryError) -> [String] {
        guard let select = try hive.key(["Select"]) else {
            throw RegistryError(description: "SYSTEM has no key Select")
        }
        var names: [String] = []
        for name in ["Default", "Current", "LastKnownGood"] {
            let number = try hive.value(name, of: select)?.number ?? 0
            let digits = String(number)
            let set = "ControlSet" + String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
            guard try hive.key([set, "Services"]) != nil else {
                guard name != "Default" else {
                    throw RegistryError(description: "SYSTEM has no \(set), with which Windows starts")
                }
                continue
            }
            if !names.contains(set) { names.append(set) }
        }
        return names
    }

    /// A driver as a control set has it.
    func service(_ name: String, in set: String) throws(RecoveryError) -> Service {
        var service = Service(name: name)
        var image: String?
        do throws(RegistryError) {
            if let key = try hive.key([set, "Services", name]) {
                service.start = try hive.value("Start", of: key)?.number
                image = try hive.value("ImagePath", of: key)?.text
            }
            if let key = try hive.key([set, "Services", name, "StartOverride"]) {
                // Named by the number of a hardware profile; Windows has had one since Vista.
                for number in 0..<Self.overrideLimit {
                    service.overrides["\(number)"] = try hive.value("\(number)", of: key)?.number
                }
            }
        } catch { throw Self.failure(error) }
        let file = "\(directory)/\(Self.relative(image, name))"
        service.file = try tree.looking { tree throws(SystemCallError) in try tree.spelled(file) }
        return service
    }

    /// "\SystemRoot\System32\drivers\x.sys" and "System32\drivers\x.sys" → "system32/drivers/x.sys", which is also where a
    /// driver without a path lies.
    private static func relative(_ image: String?, _ name: String) -> String {
        let path = (image ?? "").lowercased().split(separator: "\\").map(String.init)
        guard let start = path.firstIndex(of: "system32"), !path.contains("..") else {
            return "system32/drivers/\(name).sys"
        }
        return path[start...].joined(separator: "/")
    }

    /// Whether something binds a driver to one of its devices: Windows writes it when it installs a driver (DriverDatabase
    /// since Windows 8, CriticalDeviceDatabase before; what virt-v2v makes by hand, mlcustomize/inject_virtio_win.ml).
    func binds(_ devices: [String], in set: String) throws(RecoveryError) -> Bool {
        let places = [["DriverDatabase", "DeviceIds", "PCI"], [set, "Control", "CriticalDeviceDatabase"]]
        do throws(RegistryError) {
            for place in places {
                guard let key = try hive.key(place) else { continue }
                for name in try hive.names(below: key) {
                    let device = name.uppercased().replacingPrefix("PCI#")
                    if devices.contains(where: device.hasPrefix) { return true }
                }
            }
        } catch { throw Self.failure(error) }
        return false
    }

    /// What makes a number of a service 0.
    func zeroing(_ name: String, of path: [String]) throws(RecoveryError) -> RegistryEdit {
        do throws(RegistryError) { return try hive.edit(name, of: path, to: 0) } catch { throw Self.failure(error) }
    }

    private static func failure(_ error: RegistryError) -> RecoveryError {
        RecoveryError(
            .failed,
            "Windows' registry cannot be used: \(error). Nothing of it was changed. A moment at which Windows was shut down may "
                + "have it whole.")
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}

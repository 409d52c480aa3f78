package import BlockDevices
internal import Inventory
internal import LinuxSystem

extension TargetMachine {
    /// This machine, with the disks that a system was restored to. Reads sysfs. Throws `failed` for what is no
    /// disk or is in use.
    package static func current(disks paths: [String], in tree: KernelTree = .live) throws(RecoveryError)
        -> TargetMachine
    {
        var disks: [Disk] = []
        for path in paths { disks.append(try Disk(path, in: tree)) }
        let isUEFI = Files.exists(tree.sys + "/firmware/efi")
        let interfaces = NetworkInterface.all(in: tree).filter { $0.kind == .physical }
        var machine = TargetMachine(
            firmware: isUEFI ? .uefi : .bios, isSecureBootEnforced: isUEFI && Self.enforcesSecureBoot(tree),
            disks: disks,
            networkInterfaces: interfaces.sorted { ($0.busAddress ?? "", $0.name) < ($1.busAddress ?? "", $1.name) })
        machine.readHostFacts(in: tree)
        return machine
    }

    /// The variable SecureBoot: four bytes of attributes, then 1.
    private static func enforcesSecureBoot(_ tree: KernelTree) -> Bool {
        let path = tree.sys + "/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
        // Firmware without the variable enforces nothing.
        return (try? Files.contents(of: path, limit: 16))?.last == 1
    }
}

extension TargetMachine.Disk {
    /// A disk as it is here: for an image file without drivers.
    init(_ path: String, in tree: KernelTree) throws(RecoveryError) {
        let geometry: DiskGeometry
        do throws(BlockDeviceError) { geometry = try RawDisk.openSource(path).geometry } catch {
            throw RecoveryError(.failed, error.message, cause: error.cause)
        }
        self.init(
            path: path, sizeInBytes: geometry.sizeInBytes, logicalSectorSize: geometry.logicalSectorSize)
        guard let node = BlockNode(path: path, in: tree) else { return }
        var seen: Set<String> = []
        for directory in Self.devices(behind: node, in: tree) {
            // Only devices with a driver have the link, only some buses give names for drivers.
            if let module = (try? Files.linkTarget(directory + "/driver/module")).map({ Files.lastComponent(of: $0) }),
                seen.insert(module).inserted
            {
                drivers.append(module)
            }
            if let alias = Files.text(of: directory + "/modalias"), !alias.isEmpty { modaliases.append(alias) }
        }
    }

    /// The directories of the devices from the disk up to the root of its bus. A disk of an NVMe subsystem has its controllers
    /// beside it.
    private static func devices(behind node: BlockNode, in tree: KernelTree) -> [String] {
        var starts = [node.directory]
        if node.directory.contains("/nvme-subsystem/") {
            let subsystem = Files.parent(of: node.directory)
            // Links to the controllers: nvme0, nvme1.
            let names = (try? Files.names(in: subsystem)) ?? []
            starts += names.filter { $0.hasPrefix("nvme") }.compactMap { try? Files.realPath("\(subsystem)/\($0)") }
        }
        var found: [String] = []
        for start in starts {
            var directory = start
            while directory.hasPrefix(tree.sys + "/devices/"), directory != tree.sys + "/devices" {
                if !found.contains(directory) { found.append(directory) }
                directory = Files.parent(of: directory)
            }
        }
        return found
    }
}

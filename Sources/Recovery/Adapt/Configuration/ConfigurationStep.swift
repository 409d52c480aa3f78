internal import BlockDevices
internal import Inventory

/// Names of devices in the configuration of a restored system: what named a disk by its place in the old machine names the
/// file system by its UUID, which moved along with it.
///
/// fstab, crypttab, mdadm.conf, LVM's devices file, `resume=` and `root=` of every kernel command line, device.map. A name whose
/// meaning is not certain is left as it is, with a warning.
package struct ConfigurationStep: AdaptationStep {
    package let name = "configuration"

    /// Gives `nofail` to lines of fstab whose file system was not restored, so that the system starts without it. Off: such a
    /// line is a warning, for a system that starts without its data may do harm.
    package var marksMissingAsNoFail: Bool

    package init(marksMissingAsNoFail: Bool = false) { self.marksMissingAsNoFail = marksMissingAsNoFail }

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        let resolver = Self.resolver(of: system)
        var editor = ConfigurationEditor(tree: system.tree)
        editCrypttab(&editor, resolver)
        editFstab(&editor, resolver)
        editCommandLines(&editor, resolver, system)
        editResume(&editor, resolver)
        editArrays(&editor, resolver)
        editVolumeGroups(&editor, resolver)
        editDeviceMap(&editor, resolver)
        return AdaptationPlan(
            changes: editor.changes, warnings: system.arrays.compactMap(\.warning) + editor.warnings)
    }

    /// The resolver with what only the system's own files tell: names that crypttab opens, kinds of kernel names in use.
    static func resolver(of system: RestoredSystem) -> DeviceResolver {
        var resolver = DeviceResolver(system)
        var editor = ConfigurationEditor(tree: system.tree)
        func names(in path: String, _ devices: (String) -> [String]) {
            for line in editor.open(path)?.lines ?? [] where !BootFiles.isComment(line) {
                for device in devices(line) {
                    if case .kernelName(let name) = DeviceReference(device) { resolver.families.insert(name.family) }
                }
            }
        }
        names(in: "/etc/fstab") { FstabLine($0).map { [$0.device] } ?? [] }
        names(in: "/etc/crypttab") { CrypttabLine($0).map { [$0.device] } ?? [] }
        for path in BootFiles.templates(in: system.tree) + BootFiles.entries(in: system.tree) {
            names(in: path) { CommandLineWords.words(of: $0).map(\.value) }
        }
        resolver.openedNames = openedNames(in: system.tree, resolver)
        return resolver
    }

    private static func openedNames(in tree: SystemTree, _ resolver: DeviceResolver) -> Set<String> {
        var editor = ConfigurationEditor(tree: tree)
        var found: Set<String> = []
        for line in editor.open("/etc/crypttab")?.lines ?? [] {
            guard let entry = CrypttabLine(line) else { continue }
            if case .unresolved = resolver.decide(entry.device, type: entry.expectedType) { continue }
            found.insert("/dev/mapper/\(entry.name)")
        }
        return found
    }
}

internal import BlockDevices
package import Inventory
internal import LinuxSystem

/// Finds the system on restored disks and mounts it as it mounts itself. Owner of everything that was opened for that.
package final class RestoredFileSystems {
    package let system: RestoredSystem
    /// What could not be opened or mounted.
    package let warnings: [String]
    private var mounts: [Mount]
    private let stack: StorageStack
    private let directory: String
    /// The volume that a BIOS starts Windows from, where it is another one.
    private let bootVolume: WindowsBootVolume?

    /// - Parameters:
    ///   - isReadOnly: nothing is written, not even a journal's replay: for dry runs and proofs.
    ///   - root: the root volume by UUID or stable name, where several systems are on the disks.
    ///   - keyring: opens LUKS containers; what it does not open stays closed.
    ///
    /// Throws `failed` when no system is found, or several and `root` names none of them. Needs root.
    package init(
        machine: TargetMachine, source: MachineDescription?, isReadOnly: Bool, root: String? = nil,
        keyring: Keyring = Keyring()
    ) throws(RecoveryError) {
        stack = try StorageStack(machine.disks, isReadOnly: isReadOnly, keyring: keyring)
        directory = try Self.makeDirectory()
        let search = SystemSearch(volumes: stack.volumes, directory: directory, isReadOnly: isReadOnly)
        let found: SystemSearch.Found
        do throws(RecoveryError) { found = try search.run(wanted: root) } catch {
            // Empty; the error that is thrown is the one to tell.
            _ = try? Files.removeDirectory(directory)
            let broken = (stack.arrays.map(\.proof) + stack.caches.map(\.proof)).filter { !$0.holds }
                .map { "NOT PROVED: \($0.statement): \($0.detail)" }
            let marked = stack.caches.filter { $0.fate == .marked }.map { "Changed before: \($0.reason)." }
            throw RecoveryError(
                .failed, ([error.message] + broken + stack.warnings + marked).joined(separator: " "),
                wroteAnything: !marked.isEmpty)
        }
        mounts = [found.mount]
        var volumes = stack.volumes
        volumes[found.volume].mountPoint = "/"
        let tree = SystemTree(root: directory)
        if let windows = found.windows {
            bootVolume = WindowsBootVolume(of: found.volume, among: volumes, machine: machine)
            warnings = stack.warnings + search.warnings
            system = RestoredSystem(
                tree: tree, volumes: volumes, machine: machine, source: source,
                windows: WindowsSystem(
                    directory: windows.directory, state: windows.state, bootVolume: bootVolume?.place))
            return
        }
        bootVolume = nil
        let rest = MountedRest(tree: tree, volumes: volumes, rootIndex: found.volume, isReadOnly: isReadOnly)
        mounts += rest.mounts
        warnings = stack.warnings + search.warnings + rest.warnings
        system = RestoredSystem(
            tree: tree, volumes: rest.volumes, arrays: stack.arrays, caches: stack.caches, machine: machine,
            source: source)
    }

    deinit {
        while mounts.popLast() != nil {}
        // Empty by now; when it is not, it is busy and lies in a directory that goes with the machine's run time.
        _ = try? Files.removeDirectory(directory)
    }

    /// Returns when everything that was changed is on the disks.
    package func synchronize() throws(RecoveryError) {
        for mount in mounts {
            do throws(SystemCallError) { try Files.synchronizeFileSystem(of: mount.directory) } catch {
                throw RecoveryError(.failed, "What was adapted could not be brought to the disk: \(error).")
            }
        }
    }

    private static func makeDirectory() throws(RecoveryError) -> String {
        do throws(SystemCallError) {
            let path = try WorkDirectory.path("system")
            try Files.makeDirectories(path, mode: 0o700)
            return path
        } catch {
            throw RecoveryError(.failed, "No directory can be made to mount the restored system at: \(error).")
        }
    }
}

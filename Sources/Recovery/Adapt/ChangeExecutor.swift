internal import LinuxSystem

/// Carries out one change of a restored system.
package struct ChangeExecutor {
    package let system: RestoredSystem
    /// Asked for each LUKS container that has to be opened to get at a volume that grows.
    private let keyring: Keyring

    package init(system: RestoredSystem, keyring: Keyring = Keyring()) {
        self.system = system
        self.keyring = keyring
    }

    private var grower: VolumeGrower { VolumeGrower(disks: system.machine.disks, keyring: keyring) }

    /// Durable when it returns, but for what `RestoredFileSystems.synchronize` is for. Throws `failed` with what is now.
    package func carryOut(_ change: AdaptationChange) throws(RecoveryError) {
        do {
            switch change.action {
            case .write(let path, let bytes, let mode): try system.tree.write(bytes, to: path, mode: mode)
            case .append(let path, let bytes): try append(bytes, to: path)
            case .remove(let path): try system.tree.remove(path)
            case .overwrite(let path, let offset, let bytes): try overwrite(bytes, in: path, at: offset)
            case .writeDisk(let disk, let offset, let bytes): try write(bytes, to: disk, at: offset)
            case .writeVolume(let volume, let offset, let bytes):
                try write(bytes, over: system.volumes[volume].device, at: offset)
            case .writeESP(let disk, let offset, let path, let bytes):
                try ESPFiles.write(bytes, to: path, on: system.machine.disks[disk].path, offset: offset)
            case .checkFileSystem(let place, let kind): try grower.check(place, kind)
            case .growFileSystem(let place, let kind): try grower.grow(place, kind)
            case .growPhysicalVolume(let place): try grower.growPhysicalVolume(place)
            case .extendLogicalVolume(let name): try grower.extendLogicalVolume(name)
            case .run(let words): try run(words)
            case .setFirmwareVariable(let name, let attributes, let bytes):
                try FirmwareVariableWriter(directory: FirmwareVariables.directory).set(
                    name, attributes: attributes, bytes: bytes)
            }
        } catch let error as RecoveryError {
            throw error
        } catch {
            throw RecoveryError(
                .failed, "This could not be done: \(change.reason). \(error). What was done before it stays.",
                wroteAnything: true)
        }
    }

    /// Whole and new where there is room; a file system without room for two gets the bytes at the end of what is there, and
    /// loses them again when that fails.
    private func append(_ bytes: [UInt8], to path: String) throws {
        guard let found = try system.tree.path(path), let status = try Files.status(found) else {
            throw RecoveryError(.failed, "\(path) of the restored system is not there any more.", wroteAnything: true)
        }
        let old = try Files.contents(of: found, limit: 2 << 30)
        do throws(SystemCallError) { return try Files.replace(found, with: old + bytes) } catch {
            guard error.isOutOfSpace else { throw error }
        }
        try appendInPlace(bytes, to: found, at: status.sizeInBytes)
    }

    private func appendInPlace(_ bytes: [UInt8], to path: String, at end: UInt64) throws(SystemCallError) {
        let file = try FileDescriptor(path, [.write])
        do throws(SystemCallError) {
            try file.write(bytes, at: end)
            try file.synchronize()
        } catch {
            try file.truncate(to: end)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], to disk: Int, at offset: UInt64) throws {
        let disk = system.machine.disks[disk]
        guard offset <= disk.sizeInBytes, UInt64(bytes.count) <= disk.sizeInBytes - offset else {
            throw RecoveryError(
                .failed, "\(bytes.count) bytes at \(offset) lie beyond the end of \(disk.path).", wroteAnything: true)
        }
        try write(bytes, over: disk.path, at: offset)
    }

    private func write(_ bytes: [UInt8], over path: String, at offset: UInt64) throws(SystemCallError) {
        let file = try FileDescriptor(path, [.write])
        try file.write(bytes, at: offset)
        try file.synchronize()
    }

    /// Never beyond its end: the file stays as long as it is.
    private func overwrite(_ bytes: [UInt8], in path: String, at offset: UInt64) throws {
        guard let found = try system.tree.path(path), let status = try Files.status(found), status.kind == .regularFile,
            offset <= status.sizeInBytes, UInt64(bytes.count) <= status.sizeInBytes - offset
        else {
            throw RecoveryError(
                .failed, "\(path) of the restored system has no \(bytes.count) bytes at \(offset).", wroteAnything: true
            )
        }
        try write(bytes, over: found, at: offset)
    }

    /// In a mount namespace of its own, with the kernel's file systems below the system's root: they go with the program.
    private func run(_ words: [String]) throws {
        let root = system.tree.root
        let script = """
            set -e; mount -o remount,exec,suid,dev "$0"
            for d in proc sys dev; do mount --rbind "/$d" "$0/$d"; done; mount -t tmpfs tmpfs "$0/run"; exec chroot "$0" "$@"
            """
        // What others unmount in the meantime is not kept mounted by it.
        let alone = ["unshare", "--mount", "--propagation", "slave", "sh", "-c", script, root]
        let result = try ChildProcess.run(alone + words)
        guard result.status.isSuccess else {
            throw RecoveryError(
                .failed,
                "\(words.joined(separator: " ")) of the restored system ended with \(result.status): "
                    + "\(result.errorText.suffix(800))", wroteAnything: true)
        }
    }
}

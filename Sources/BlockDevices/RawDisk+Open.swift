internal import LinuxSystem

extension RawDisk {
    /// Opens a regular file or a block device for reading. Throws `inUse` and names who has it when a block device is
    /// in use, or when an image is mounted or open for writing in another process (a running VM): its blocks would be
    /// of different moments. Nothing is changed.
    package static func openSource(_ path: String) throws(BlockDeviceError) -> RawDisk {
        guard try medium(of: path, "read") == .file else { return try openDevice(path, writable: false) }
        let use = DiskUse.of(path)
        guard use.mounts.isEmpty, use.swaps.isEmpty, use.writers.isEmpty else { throw .inUse(path, "read", use) }
        let image = try openFile(path, try sequential(path), writable: false)
        // What was a disk with other sectors is read as one.
        let unit = try Probe.tableSectorSize(of: image)
        if unit == image.geometry.logicalSectorSize { return image }
        return try openFile(path, try sequential(path), writable: false, sectorSize: unit)
    }

    private static func sequential(_ path: String) throws(BlockDeviceError) -> FileDescriptor {
        try doing("Cannot read \(path)") { () throws(SystemCallError) in
            let file = try FileDescriptor(path)
            try file.adviseSequential()
            return file
        }
    }

    /// Opens a block device or an existing regular file to be overwritten, or creates a sparse file of
    /// `sizeIfAbsent` bytes (a multiple of 512) when there is nothing of that name. An existing file keeps its size.
    ///
    /// Throws `inUse` for anything mounted, held, swapped to, behind a loop device, or open for writing in another
    /// process. Writes nothing.
    package static func openTarget(
        _ path: String, sizeIfAbsent: UInt64? = nil
    ) throws(BlockDeviceError) -> RawDisk {
        if let size = sizeIfAbsent, !Files.exists(path) { try create(path, size: size) }
        let medium = try medium(of: path, "write to")
        let use = DiskUse.settled { DiskUse.of(path) }
        guard use.isFree else { throw .inUse(path, "write to", use) }
        guard medium == .file else { return try openDevice(path, writable: true) }
        let file = try doing("Cannot write to \(path)") { () throws(SystemCallError) in
            try FileDescriptor(path, [.write])
        }
        guard try doing("Cannot lock \(path)", { () throws(SystemCallError) in try file.lockExclusively() }) else {
            throw BlockDeviceError(
                .inUse, "Cannot write to \(path): another process has it locked. Nothing was written.")
        }
        return try openFile(path, file, writable: true)
    }

    private static func medium(of path: String, _ verb: String) throws(BlockDeviceError) -> Medium {
        let status = try doing("Cannot \(verb) \(path)") { () throws(SystemCallError) in try Files.status(path) }
        switch status?.kind {
        case .regularFile: return .file
        case .blockDevice: return .blockDevice
        case nil: throw BlockDeviceError(.notFound, "Cannot \(verb) \(path): there is no such file or device.")
        default:
            throw BlockDeviceError(
                .notADisk, "Cannot \(verb) \(path): it is neither a block device nor a regular file.")
        }
    }

    private static func create(_ path: String, size: UInt64) throws(BlockDeviceError) {
        precondition(size % 512 == 0 && size > 0, "a disk of \(size) bytes")
        try doing("Cannot create \(path) with \(size) bytes") { () throws(SystemCallError) in
            let file = try FileDescriptor(path, [.write, .createNew])
            do throws(SystemCallError) {
                try file.truncate(to: size)
                try file.synchronize()
                try Files.synchronizeDirectory(Files.parent(of: path))
            } catch {
                // The first error is the one to report; an empty file left behind would only confuse.
                _ = try? Files.remove(path)
                throw error
            }
        }
    }

    private static func openFile(
        _ path: String, _ file: consuming FileDescriptor, writable: Bool, sectorSize: Int = 512
    ) throws(BlockDeviceError) -> RawDisk {
        let size = try doing("Cannot open \(path)") { () throws(SystemCallError) in try file.status().sizeInBytes }
        guard size > 0, size % 512 == 0 else {
            throw BlockDeviceError(
                .notADisk,
                "Cannot use \(path) as a disk: it holds \(size) bytes, and a disk image is a multiple of 512. "
                    + "Nothing was changed. Is it complete, and raw?")
        }
        let direct = try doing("Cannot open \(path)") { () throws(SystemCallError) in
            writable ? try DirectFile(path) : nil
        }
        return RawDisk(
            name: path,
            geometry: DiskGeometry(sizeInBytes: size, logicalSectorSize: sectorSize, physicalSectorSize: sectorSize),
            medium: .file, isWritable: writable, descriptor: file, direct: direct)
    }

    private static func claim(
        _ path: String, _ writable: Bool, _ verb: String
    ) throws(BlockDeviceError) -> FileDescriptor {
        do throws(SystemCallError) {
            return try FileDescriptor(path, writable ? [.write, .exclusive, .direct] : [.exclusive, .direct])
        } catch {
            throw error.isBusy ? .inUse(path, verb, DiskUse.of(path)) : .init("Cannot \(verb) \(path)", error)
        }
    }

    private static func openDevice(_ path: String, writable: Bool) throws(BlockDeviceError) -> RawDisk {
        let verb = writable ? "write to" : "read"
        let device = try claim(path, writable, verb)
        let geometry = try doing("Cannot ask \(path) for its size") { () throws(SystemCallError) in
            DiskGeometry(
                sizeInBytes: try device.blockDeviceSize(), logicalSectorSize: try device.logicalSectorSize(),
                physicalSectorSize: try device.physicalSectorSize())
        }
        guard geometry.sizeInBytes > 0 else {
            throw BlockDeviceError(.notADisk, "Cannot \(verb) \(path): it holds no medium.")
        }
        if writable, try doing("Cannot open \(path)", { () throws(SystemCallError) in try device.isReadOnlyDevice() }) {
            throw BlockDeviceError(.unsupported, "Cannot write to \(path): it is write-protected.")
        }
        return RawDisk(
            name: path, geometry: geometry, medium: .blockDevice, isWritable: writable, descriptor: device)
    }
}

extension BlockDeviceError {
    static func inUse(_ path: String, _ verb: String, _ use: DiskUse) -> BlockDeviceError {
        let who = use.isFree ? "another process has it open exclusively" : use.description
        return BlockDeviceError(
            .inUse, "Cannot \(verb) \(path): it is in use (\(who)). Nothing was changed. Release it first.")
    }
}

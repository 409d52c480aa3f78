internal import BlockDevices
internal import LinuxSystem

/// Owner of a device that the kernel's bcache made of a backing device (Documentation/admin-guide/bcache.rst).
final class CachedDevice {
    static let register = "/sys/fs/bcache/register"
    /// "/dev/bcache0".
    let path: String
    private let directory: String
    private let backing: String

    /// Registers a backing device, the set of whose cache runs. What the kernel does not put together is let go of again.
    init(_ device: String) throws(SystemCallError) {
        backing = device
        let own = "\(Self.directory(of: device))/bcache"
        do throws(SystemCallError) {
            try Self.register(device, until: "dev")
            let name = Files.lastComponent(of: try Files.linkTarget("\(own)/dev"))
            path = "/dev/\(name)"
            directory = "/sys/block/\(name)"
        } catch {
            Self.stop(own, "\(own)/stop", [device])
            throw error
        }
    }

    deinit { Self.stop(directory, "\(directory)/bcache/stop", [backing]) }

    /// Makes a device known to bcache, which then has the entry of that name for it. udev's rules may have been faster.
    static func register(_ device: String, until entry: String) throws(SystemCallError) {
        let proof = "\(directory(of: device))/bcache/\(entry)"
        do throws(SystemCallError) { try tell(register, device) } catch {
            guard Files.exists(proof) else { throw error }
        }
        // It is a link: that it is there is what counts.
        _ = try Files.linkTarget(proof)
    }

    /// Also for "/dev/mapper/…", which has another name.
    static func directory(of device: String) -> String {
        "/sys/class/block/\(BlockNode(path: device)?.name ?? Files.lastComponent(of: device))"
    }

    /// Returns once it is gone and nobody has its devices any more; after ten seconds each at the latest.
    static func stop(_ directory: String, _ file: String, _ devices: [String]) {
        guard Files.exists(directory) else { return }
        // What stays open is listed by the kernel, and there is nobody to tell.
        try? tell(file, "1")
        let deadline = Clocks.monotonicNanoseconds + 10_000_000_000
        while Files.exists(directory), Clocks.monotonicNanoseconds < deadline {
            Clocks.sleep(nanoseconds: 20_000_000)
        }
        // The kernel still writes when the entries are gone.
        for device in devices { _ = LoopDevice.isUnused(device, within: 10) }
    }

    private static func tell(_ file: String, _ words: String) throws(SystemCallError) {
        try FileDescriptor(file, [.writeOnly]).write(Array(words.utf8), at: 0)
    }
}

/// Owner of a cache set that runs.
final class CacheSet {
    private let directory: String
    private let parts: [String]

    /// Registers the caches of one set. Owned is only what runs on them: a set of the same UUID that this machine runs is not ours.
    init(_ parts: [String]) throws(SystemCallError) {
        self.parts = parts
        for part in parts { try CachedDevice.register(part, until: "set") }
        let link = try Files.linkTarget("\(CachedDevice.directory(of: parts[0]))/bcache/set")
        directory = "/sys/fs/bcache/\(Files.lastComponent(of: link))"
    }

    deinit { CachedDevice.stop(directory, "\(directory)/stop", parts) }
}

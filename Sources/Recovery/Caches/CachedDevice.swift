internal import BlockDevices
internal import LinuxSystem

/// Owner of a device that the kernel's bcache made of a backing device (Documentation/admin-guide/bcache.rst).
final class CachedDevice {
    static let register = "/sys/fs/bcache/register"
    /// "/dev/bcache0".
    let path: String
    private let directory: String

    /// Registers it. Its cache was registered before.
    init(_ device: String) throws(SystemCallError) {
        try Self.register(device)
        let link = "/sys/class/block/\(Files.lastComponent(of: device))/bcache/dev"
        let name = Files.lastComponent(of: try Files.linkTarget(link))
        path = "/dev/\(name)"
        directory = "/sys/block/\(name)"
    }

    deinit { Self.stop(directory, "\(directory)/bcache/stop") }

    /// What is registered already stays so: udev's rules may have been faster.
    static func register(_ device: String) throws(SystemCallError) {
        do throws(SystemCallError) { try Self.tell(register, device) } catch {
            guard Files.exists("/sys/class/block/\(Files.lastComponent(of: device))/bcache") else { throw error }
        }
    }

    /// Returns once it is gone, after ten seconds at the latest.
    static func stop(_ directory: String, _ file: String) {
        // What stays open is listed by the kernel, and there is nobody to tell.
        try? tell(file, "1")
        let deadline = Clocks.monotonicNanoseconds + 10_000_000_000
        while Files.exists(directory), Clocks.monotonicNanoseconds < deadline {
            Clocks.sleep(nanoseconds: 20_000_000)
        }
    }

    private static func tell(_ file: String, _ words: String) throws(SystemCallError) {
        try FileDescriptor(file, [.writeOnly]).write(Array(words.utf8), at: 0)
    }
}

/// Owner of a cache set that runs.
final class CacheSet {
    private let directory: String

    /// By its UUID as sysfs spells it.
    init(_ uuid: String) { directory = "/sys/fs/bcache/\(uuid)" }

    deinit { CachedDevice.stop(directory, "\(directory)/stop") }
}

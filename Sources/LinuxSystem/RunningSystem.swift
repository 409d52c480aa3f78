internal import CLinuxShim
internal import Glibc

/// What the running kernel says about itself and its host.
package enum RunningSystem {
    /// `gethostname(2)`.
    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        gethostname(&buffer, 255)
        return String(terminated: buffer)
    }

    /// Changes at every boot; nil where proc is not mounted.
    package static var bootID: String? { Files.text(of: "/proc/sys/kernel/random/boot_id") }

    /// `uname(2)`: "6.1.0-56-amd64".
    package static var kernelRelease: String? { Files.text(of: "/proc/sys/kernel/osrelease") }

    /// Processors that this process may use.
    package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Physical memory in bytes.
    package static var memoryInBytes: UInt64 {
        UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
    }

    /// Whether this process may do everything (`geteuid(2)`).
    package static var isRoot: Bool { geteuid() == 0 }

    /// Lets this process, and what it starts, have as many open files as it may (`setrlimit(2)`); the usual 1024 are few.
    package static func allowOpenFiles() throws(SystemCallError) {
        _ = try kernel("setrlimit", "open files") { linux_allow_open_files() }
    }

    /// This process' number.
    package static var processID: Int32 { getpid() }

    /// Bytes fit for identities and nonces (`getrandom(2)`).
    package static func randomBytes(_ count: Int) throws(SystemCallError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            done += Int(
                try kernel("getrandom", "\(count) bytes") {
                    bytes.withUnsafeMutableBytes { room in
                        room.baseAddress.map { linux_random($0 + done, count - done) } ?? 0
                    }
                })
        }
        return bytes
    }

    /// A name that nobody else has drawn: so many random bytes as digits of base 16.
    package static func randomName(bytes count: Int) throws(SystemCallError) -> String {
        try randomBytes(count).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

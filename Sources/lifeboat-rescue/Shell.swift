import Glibc
import LinuxSystem

/// Other programs on this console, and the end of the machine.
enum Shell {
    /// Runs a shell with our terminal and waits for its end.
    static func run() {
        let script = "/usr/lib/lifeboat/shell"
        let terminal = getenv("TERM").map { String(cString: $0) } ?? "vt100"
        let status = spawn(access(script, X_OK) == 0 ? [script, terminal] : ["/bin/sh"])
        Terminal.log("agent: the shell ended with \(status)")
    }

    /// Logs to the rescue stick, where it has room for them, and everything to the media; then the command with -f: there is no
    /// init system to be asked.
    static func leave(_ command: String, unmounting mountPoint: String) {
        putDown(unmounting: mountPoint)
        end(by: command)
    }

    /// The same, and then the kernel that was loaded; where it does not start the machine reboots.
    static func startKernel(unmounting mountPoint: String) {
        putDown(unmounting: mountPoint)
        do { try Kexec.start() } catch { Terminal.log("agent: \(error)") }
        end(by: "/sbin/reboot")
    }

    private static func end(by command: String) {
        let status = spawn([command, "-f"])
        Terminal.log("agent: \(command) -f ended with \(status)")
    }

    private static func putDown(unmounting mountPoint: String) {
        // A stick that does not answer must not keep the machine on.
        let kept = spawn(["/usr/bin/timeout", "20", "/usr/lib/lifeboat/medium", "keep"])
        if kept != 0 { Terminal.log("agent: logs were not left on the rescue medium (\(kept))") }
        sync()
        // What was mounted read-only or not at all is nothing to wait for.
        _ = umount2(mountPoint, Int32(MNT_DETACH))
        sync()
    }

    /// Starts a program with our terminal, default signals, and waits. Its raw status, or a negated errno.
    private static func spawn(_ arguments: [String]) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTTOU, SIGTTIN, SIGTSTP, SIGHUP, SIGQUIT, SIGINT, SIGTERM, SIGPIPE] {
            sigaddset(&signals, number)
        }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var processID: pid_t = 0
        let number = posix_spawn(&processID, arguments[0], nil, &attributes, &argv, environ)
        guard number == 0 else { return -number }
        var status: Int32 = 0
        while waitpid(processID, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

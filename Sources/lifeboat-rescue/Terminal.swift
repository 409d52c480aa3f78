import Glibc

/// Standard input, output and error of this program.
enum Terminal {
    enum Stream { case output, errors }

    /// Writes everything, or as much as a console that went away takes: that is no reason to stop a restore.
    static func write(_ text: String, to stream: Stream) {
        let descriptor = stream == .output ? STDOUT_FILENO : STDERR_FILENO
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// One line with the UTC time into the log (standard error).
    static func log(_ text: String) {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        let stamp = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        write("\(stamp) \(text)\n", to: .errors)
    }

    /// A job in the background of its terminal writes on instead of being stopped; a hang-up does not end it. SIGTERM does,
    /// at once, as SIGKILL would: who sends it to a restore knows why.
    static func ignoreJobControl() {
        for number in [SIGTTOU, SIGTTIN, SIGTSTP, SIGHUP, SIGQUIT] { signal(number, SIG_IGN) }
        signal(SIGTERM, SIG_DFL)
    }

    static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}

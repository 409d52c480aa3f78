import Glibc

/// How the console delivers what is typed: whole lines, echoed, edited by the kernel. Ctrl-C arrives as a character (it ends
/// a line in place of raising a signal), so that it asks instead of ending a restore; Ctrl-D, Ctrl-Z and Ctrl-\ do nothing.
struct TerminalMode {
    private let original: termios?

    /// Sets the mode of standard input, if that is a terminal.
    init() {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else {
            original = nil
            return
        }
        original = settings
        apply()
    }

    /// Again, after another program had the terminal.
    func apply() {
        guard var settings = original else { return }
        settings.c_iflag |= tcflag_t(ICRNL)
        settings.c_oflag |= tcflag_t(OPOST | ONLCR)
        settings.c_lflag |= tcflag_t(ICANON | ECHO | ECHOE | ECHOK | ECHOCTL)
        // 0 is _POSIX_VDISABLE: a macro that Swift does not see.
        Self.set(&settings, VINTR, 0)
        Self.set(&settings, VQUIT, 0)
        Self.set(&settings, VSUSP, 0)
        Self.set(&settings, VEOF, 0)
        Self.set(&settings, VEOL, 3)
        // A terminal that went away reports itself at the next read.
        _ = tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Whether what is typed is seen; the line feed is, always.
    func setEcho(_ isOn: Bool) {
        var settings = termios()
        guard original != nil, tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        if isOn { settings.c_lflag |= tcflag_t(ECHO) } else { settings.c_lflag &= ~tcflag_t(ECHO) }
        settings.c_lflag |= tcflag_t(ECHONL)
        _ = tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// As it was found.
    func restore() {
        guard var settings = original else { return }
        _ = tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Drops what was typed and not yet read: nothing that was typed ahead may confirm anything.
    func dropInput() {
        if original != nil { _ = tcflush(STDIN_FILENO, TCIFLUSH) }
    }

    private static func set(_ settings: inout termios, _ index: Int32, _ character: UInt8) {
        withUnsafeMutableBytes(of: &settings.c_cc) { $0[Int(index)] = character }
    }
}

import Glibc
import LinuxSystem

/// Secrets that a person types: standard input, without echo where it is a terminal (`tcsetattr(3)`).
enum SecretInput {
    /// No secret is longer; cryptsetup takes as much.
    private static let limit = 8192

    /// Whether somebody can be asked: standard input is a terminal, and so is standard error, where the question goes.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks on standard error and reads one line, without its line feed, that the terminal does not show. nil at the end of
    /// input. What was typed before the question is dropped. Throws `EINTR` when the operator interrupts.
    static func ask(_ question: String) throws(SystemCallError) -> [UInt8]? {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { throw failure("tcgetattr", errno) }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        // The line feed is shown: the next words begin on a line of their own.
        silent.c_lflag |= tcflag_t(ICANON | ECHONL)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { throw failure("tcsetattr", errno) }
        // A terminal that went away has nothing to be set back.
        defer { _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        Terminal.ask(question)
        return try line()
    }

    private static func line() throws(SystemCallError) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            // The handler of Ctrl-C restarts a read, but no poll; a second bounds what comes between the check and the wait.
            var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let isReady = poll(&waiting, 1, 1000) > 0
            if Interruption.isRequested { throw failure("read", EINTR) }
            guard isReady else { continue }
            guard let byte = try read(1).first else { return bytes.isEmpty ? nil : bytes }
            if byte == 0x0a { return bytes }
            bytes.append(byte)
        }
        return bytes
    }

    /// All of standard input, at most 8192 bytes. Throws `EFBIG` when it is more.
    static func readAll() throws(SystemCallError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let piece = try read(limit)
            if piece.isEmpty { return bytes }
            bytes += piece
        }
        throw failure("read", EFBIG)
    }

    /// At most `count` bytes; none at the end of input.
    private static func read(_ count: Int) throws(SystemCallError) -> ArraySlice<UInt8> {
        var piece = [UInt8](repeating: 0, count: count)
        while true {
            let length = Glibc.read(STDIN_FILENO, &piece, count)
            if length >= 0 { return piece.prefix(length) }
            if errno != EINTR { throw failure("read", errno) }
        }
    }

    private static func failure(_ call: String, _ number: Int32) -> SystemCallError {
        SystemCallError(call: call, number: number, path: "standard input")
    }
}

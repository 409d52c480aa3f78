import Glibc
import LinuxSystem
import RescueConsole

/// This console attached to the one that works.
final class Attachment {
    /// Of the session's request.
    let ticket: Int
    private let socket: JobSocket
    private var session = AttachedSession()

    /// Throws when nobody listens: what works is another program, or has just ended.
    init(_ directory: String, ticket: Int) throws(SystemCallError) {
        socket = try JobSocket(connectingTo: Door.path(directory))
        self.ticket = ticket
    }

    var isSecret: Bool { session.isSecret }

    /// What to wait for, for poll(2).
    var descriptor: pollfd { pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0) }

    /// What there is to be shown now, and why it is over, if it is.
    func read() -> (shown: [AttachedSession.Shown], end: String?) {
        do {
            guard let bytes = try socket.read() else { return ([], "The work on the other console is over.") }
            return (try session.feed(bytes), nil)
        } catch { return ([], "The other console is not understood any more: \(error)") }
    }

    /// Says why it is over, if it is.
    func type(_ input: ConsoleInput) -> String? {
        guard let message = session.message(input) else { return "Left; the work on the other console goes on." }
        do {
            // The room of a socket holds some hundred answers.
            return try socket.write(message[...]) == message.count
                ? nil : "The other console does not listen any more; its work goes on."
        } catch { return "The work on the other console is over." }
    }
}

import Glibc
import LinuxSystem
import RepositoryFormat
import RescueConsole

/// The consoles that are attached to this one: they see what it shows, and answer for it. One thread; never waits for any of them.
final class Sharing {
    /// One attached console.
    final class Guest {
        fileprivate let socket: JobSocket
        fileprivate var lines = Broadcast.guestLines
        fileprivate var unsent: [UInt8] = []
        fileprivate var isGone = false

        fileprivate init(_ socket: consuming JobSocket) { self.socket = socket }
    }

    /// There are not more consoles than this on a machine.
    private static let mostGuests = 16
    /// Who is further behind does not read: some full reports.
    private static let mostUnsent = 4 << 20

    private let worker: RequestWorker
    private var broadcast = Broadcast()
    private var guests: [Guest] = []

    init(_ worker: RequestWorker) { self.worker = worker }

    /// Whether somebody can still attach.
    var isOpen: Bool { worker.openDoor != nil }
    var hasGuests: Bool { !guests.isEmpty }

    /// What to wait for, for poll(2).
    var descriptors: [pollfd] {
        let door = worker.openDoor.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
        return [door].compactMap { $0 }
            + guests.map { guest in
                let events = POLLIN | (guest.unsent.isEmpty ? 0 : POLLOUT)
                return pollfd(fd: guest.socket.number, events: Int16(events), revents: 0)
            }
    }

    func show(_ screen: ScreenText) {
        broadcast.show(screen)
        if hasGuests { send(broadcast.shown) }
    }

    func say(_ lines: [String]) {
        broadcast.say(lines)
        if hasGuests { send(Broadcast.said(lines)) }
    }

    func progress(board: [String], lines: [String]) {
        let message = broadcast.progress(board, lines)
        if hasGuests { send(message) }
    }

    /// Whether what was typed may be shown, and answers anything.
    var echoes: Bool { broadcast.hasPrompt && !broadcast.isSecret }

    /// What was typed on one console, for the others; never a secret.
    func echo(_ line: String, except typist: Guest? = nil) {
        guard echoes, hasGuests else { return }
        send(Broadcast.said(["> \(PlainText.ascii(line))"]), except: typist)
    }

    /// Lets in who waits, sends what was left, and answers the messages that came since the last call, for `accept`.
    func hear() -> [(message: [UInt8], guest: Guest)] {
        admit()
        var messages: [([UInt8], Guest)] = []
        for guest in guests where !guest.isGone {
            flush(guest)
            do {
                guard let bytes = try guest.socket.read(limit: 1 << 14) else {
                    guest.isGone = true
                    continue
                }
                guard let lines = guest.lines.feed(bytes) else {
                    drop(guest, "it sends lines without end")
                    continue
                }
                messages += lines.map { ($0, guest) }
            } catch { drop(guest, "\(error)") }
        }
        removeGone()
        return messages
    }

    /// What was typed, if it was typed for the screen that is shown now: one message before may have changed it.
    func accept(_ message: [UInt8], from guest: Guest) -> ConsoleInput? {
        guard guests.contains(where: { $0 === guest }) else { return nil }
        defer { removeGone() }
        do {
            if case .input(let input) = try broadcast.hear(message) { return input }
            send(Broadcast.said(["! The screen changed while that was typed: it answered nothing."]), to: guest)
        } catch { drop(guest, "\(error)") }
        return nil
    }

    /// The job is over and was looked at.
    func end() {
        worker.closeTheDoor()
        guests = []
    }

    private func admit() {
        do {
            while let socket = try worker.openDoor?.accept() {
                guard guests.count < Self.mostGuests else { continue }
                let guest = Guest(socket)
                guests.append(guest)
                Terminal.log("attach: a console has attached, \(guests.count) in all")
                send(broadcast.greeting, to: guest)
            }
        } catch { Terminal.log("attach: \(error)") }
    }

    private func send(_ bytes: [UInt8], except typist: Guest? = nil) {
        for guest in guests where guest !== typist { send(bytes, to: guest) }
        removeGone()
    }

    private func send(_ bytes: [UInt8], to guest: Guest) {
        guest.unsent += bytes
        flush(guest)
        if guest.unsent.count > Self.mostUnsent { drop(guest, "it does not read") }
    }

    private func flush(_ guest: Guest) {
        while !guest.isGone, !guest.unsent.isEmpty {
            do {
                let count = try guest.socket.write(guest.unsent[...])
                guard count > 0 else { return }
                guest.unsent.removeFirst(count)
            } catch { guest.isGone = true }
        }
    }

    private func drop(_ guest: Guest, _ why: String) {
        guest.isGone = true
        Terminal.log("attach: a console is let go: \(why)")
    }

    private func removeGone() {
        let before = guests.count
        guests.removeAll { $0.isGone }
        if guests.count < before { Terminal.log("attach: a console has left, \(guests.count) stay") }
    }
}

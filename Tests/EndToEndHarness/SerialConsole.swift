import Foundation

/// The serial console of a machine: reads all the time, keeps a log, and lets a test wait for words and answer.
package final class SerialConsole: @unchecked Sendable {
    /// What no machine of a passing test ever says. Meeting one ends a wait at once.
    package static let signsOfFailure = [
        "Kernel panic", "(initramfs)", "Dropping to a shell!", "emergency mode", "Access Denied", "No bootable device",
        "error: no such device",
    ]

    // `state` is read and written only while `condition` is held.
    private let condition = NSCondition()
    private var state = State()
    private let socket: UnixSocket
    private let name: String

    fileprivate struct State {
        /// Everything received, without carriage returns and escape sequences.
        var text = ""
        /// The wait that comes next looks from here on.
        var position = "".startIndex
        var ended = false
    }

    /// Connects to QEMU's socket and starts a thread that reads it into `log` (raw) until QEMU ends.
    package init(socketPath: String, log: String, name: String) throws {
        self.name = name
        socket = try UnixSocket(path: socketPath, within: 20)
        guard FileManager.default.createFile(atPath: log, contents: nil) else {
            throw HarnessError("Cannot make the log \(log)")
        }
        let file = try FileHandle(forWritingTo: URL(filePath: log))
        let thread = Thread { [weak self, socket] in
            var cleaner = TerminalText()
            while true {
                let bytes = socket.read()
                // A full disk must not stop the machine; the text below is what the tests go by.
                try? file.write(contentsOf: Data(bytes))
                guard let self else { return }
                self.append(cleaner.plain(bytes), ended: bytes.isEmpty)
                if bytes.isEmpty { return }
            }
        }
        thread.start()
    }

    /// Everything the machine has said so far.
    package var transcript: String {
        condition.withLock { state.text }
    }

    /// Waits until the machine says `expected`, counting from the end of the last match.
    ///
    /// - Returns: what it said in between, the match included.
    /// - Throws: when it says a sign of failure first, when it ends, or when the time is up.
    @discardableResult
    package func wait(for expected: String, within seconds: Double) throws -> String {
        try wait(forFirstOf: [expected], within: seconds).text
    }

    /// Waits for whichever of several texts comes first; returns it and what was said up to its end.
    package func wait(forFirstOf expected: [String], within seconds: Double) throws -> (match: String, text: String) {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let found = state.take(firstOf: expected) { return found }
            if let sign = Self.signsOfFailure.first(where: { state.text[state.position...].contains($0) }) {
                throw failure("said \"\(sign)\" instead of \(expected)")
            }
            if state.ended { throw failure("ended instead of saying \(expected)") }
            if !condition.wait(until: deadline) { throw failure("did not say \(expected) within \(Int(seconds)) s") }
        }
    }

    package func send(_ text: String) throws {
        try socket.write(text)
    }

    /// Sends text and a carriage return, as the Enter key does.
    package func send(line: String) throws {
        try socket.write(line + "\r")
    }

    package func close() {
        socket.shutDown()
    }

    deinit {
        socket.shutDown()
    }

    private func append(_ text: String, ended: Bool) {
        condition.withLock {
            let offset = state.text.utf8.distance(from: state.text.startIndex, to: state.position)
            state.text += text
            state.position = state.text.utf8.index(state.text.startIndex, offsetBy: offset)
            state.ended = state.ended || ended
            condition.broadcast()
        }
    }

    private func failure(_ what: String) -> HarnessError {
        let tail = state.text.split(separator: "\n", omittingEmptySubsequences: false).suffix(30).joined(
            separator: "\n")
        return HarnessError("\(name) \(what). Its last lines:\n\(tail)")
    }
}

extension SerialConsole.State {
    /// The earliest match after the position; moves the position behind it.
    fileprivate mutating func take(firstOf expected: [String]) -> (match: String, text: String)? {
        let rest = text[position...]
        let ranges = expected.compactMap { word in rest.range(of: word).map { (word: word, range: $0) } }
        guard let first = ranges.min(by: { $0.range.lowerBound < $1.range.lowerBound }) else { return nil }
        let said = String(text[position..<first.range.upperBound])
        position = first.range.upperBound
        return (first.word, said)
    }
}

internal import CLinuxShim
internal import Glibc

extension ChildProcess {
    /// What a process that was waited for left behind.
    package struct Captured: Sendable {
        package var status: ExitStatus
        package var output: [UInt8]
        package var errorOutput: [UInt8]

        /// The error output as text, for messages.
        package var errorText: String {
            var text = String(decoding: errorOutput, as: UTF8.self)
            while text.last?.isWhitespace == true { text.removeLast() }
            return text
        }
    }

    /// Runs a program to its end and keeps what it wrote. It reads `input`, and nothing else. Blocks. More than `limit` bytes
    /// on either stream ends the program and throws `EFBIG`.
    package static func run(
        _ arguments: [String], environment: [String: String]? = nil, input: [UInt8] = [], limit: Int = 64 << 20
    ) throws(SystemCallError) -> Captured {
        let actions = try SpawnActions()
        // A file, not a pipe: nobody has to feed it while the output is read.
        let source = try FileDescriptor.inMemory(name: "input")
        try source.write(input, at: 0)
        try actions.duplicate(number: source.number, path: arguments[0], as: 0)
        var output = try Pipe(arguments[0])
        var errors = try Pipe(arguments[0])
        try actions.duplicate(number: output.writerNumber, path: arguments[0], as: 1)
        try actions.duplicate(number: errors.writerNumber, path: arguments[0], as: 2)
        var child = try ChildProcess(arguments, environment: environment, actions: actions)
        output.closeWriter()
        errors.closeWriter()
        while output.isOpen || errors.isOpen {
            var waiting = [output.request, errors.request]
            _ = try kernel("poll", arguments[0]) { answer(Glibc.poll(&waiting, nfds_t(waiting.count), -1)) }
            if waiting[0].revents != 0 { try output.drain(limit: limit) }
            if waiting[1].revents != 0 { try errors.drain(limit: limit) }
        }
        return Captured(status: try child.wait(), output: output.bytes, errorOutput: errors.bytes)
    }
}

/// Owner of a pipe from a child to us, and of what came through it.
private struct Pipe: ~Copyable {
    private let reader: FileDescriptor
    private var writer: FileDescriptor?
    private(set) var bytes: [UInt8] = []
    private(set) var isOpen = true

    init(_ name: String) throws(SystemCallError) {
        var ends: [Int32] = [0, 0]
        _ = try kernel("pipe2", name) { linux_pipe(&ends) }
        reader = FileDescriptor(owning: ends[0], path: name)
        writerNumber = ends[1]
        writer = FileDescriptor(owning: ends[1], path: name)
    }

    var request: pollfd { pollfd(fd: isOpen ? reader.number : -1, events: Int16(POLLIN), revents: 0) }

    /// The child's end; valid until `closeWriter`.
    let writerNumber: Int32

    mutating func closeWriter() { writer = nil }

    mutating func drain(limit: Int) throws(SystemCallError) {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        let count = try kernel("read", reader.path) { answer(Glibc.read(reader.number, &piece, piece.count)) }
        isOpen = count > 0
        bytes.append(contentsOf: piece[..<Int(count)])
        guard bytes.count <= limit else { throw SystemCallError(call: "read", number: EFBIG, path: reader.path) }
    }
}

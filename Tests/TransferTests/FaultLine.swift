import Foundation

/// One connection of a `FaultServer`: reads requests and answers them, rightly or wrongly.
struct FaultLine {
    let connection: Int32
    let object: [UInt8]
    private var received: [UInt8] = []
    private var sent = 0

    init(connection: Int32, object: [UInt8]) {
        self.connection = connection
        self.object = object
    }

    mutating func takeSent() -> Int {
        defer { sent = 0 }
        return sent
    }

    /// The next request's head, or nil when the client has gone.
    mutating func readRequest() -> FaultServer.Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = received.firstRange(of: end) {
                let lines = String(decoding: received[..<range.lowerBound], as: UTF8.self).split(separator: "\r\n")
                received.removeSubrange(..<range.upperBound)
                let words = lines[0].split(separator: " ")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let halves = line.split(separator: ":", maxSplits: 1)
                    headers[halves[0].lowercased()] = halves[1].trimmingCharacters(in: .whitespaces)
                }
                return .init(method: String(words[0]), path: String(words[1]), headers: headers)
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            received += chunk[..<count]
        }
    }

    /// Says whether the connection goes on.
    mutating func answer(_ request: FaultServer.Request, _ step: FaultServer.Step) -> Bool {
        let range = part(of: request)
        let bytes = range.map { object[$0] } ?? object[...]
        let label = range.map { "bytes \($0.lowerBound)-\($0.upperBound - 1)/\(object.count)" }
        let isHead = request.method == "HEAD"
        switch step {
        case .serve:
            return head(label, bytes.count) && (isHead || send(bytes))
        case .header(let line):
            return head(label, bytes.count, [line]) && send(bytes)
        case .contentRange(let label):
            return head(label, bytes.count) && send(bytes)
        case .ignoreRange:
            return head(nil, object.count) && send(object[...])
        case .drop(let count):
            _ = head(label, bytes.count) && send(bytes.prefix(count))
            return false
        case .stall(let count):
            _ = head(label, bytes.count) && send(bytes.prefix(count))
            var byte: UInt8 = 0
            _ = recv(connection, &byte, 1, 0)
            return false
        case .endChunks(let count):
            let body = "\(String(count, radix: 16))\r\n" + String(decoding: bytes.prefix(count), as: UTF8.self)
            return write(
                "HTTP/1.1 206 Partial Content\r\nContent-Range: \(label ?? "")\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + body + "\r\n0\r\n\r\n")
        case .answer(let status, let lines):
            return write("HTTP/1.1 \(status)\r\n" + lines.map { $0 + "\r\n" }.joined() + "Content-Length: 0\r\n\r\n")
        case .raw(let text):
            _ = write(text)
            return false
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            return false
        }
    }

    private func part(of request: FaultServer.Request) -> Range<Int>? {
        guard let text = request.headers["range"], text.hasPrefix("bytes=") else { return nil }
        let bounds = text.dropFirst(6).split(separator: "-").compactMap { Int($0) }
        return bounds[0]..<min(bounds[1] + 1, object.count)
    }

    private mutating func head(_ range: String?, _ length: Int, _ lines: [String] = []) -> Bool {
        var text = range == nil ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 206 Partial Content\r\n"
        if let range { text += "Content-Range: \(range)\r\n" }
        text += "Content-Length: \(length)\r\nETag: \"e1\"\r\n" + lines.map { $0 + "\r\n" }.joined()
        return write(text + "\r\n")
    }

    private func write(_ text: String) -> Bool { Loopback.send(connection, Array(text.utf8)[...]) == text.utf8.count }

    private mutating func send(_ bytes: ArraySlice<UInt8>) -> Bool {
        let count = Loopback.send(connection, bytes)
        sent += count
        return count == bytes.count
    }
}

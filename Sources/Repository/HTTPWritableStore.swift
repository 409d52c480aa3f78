package import Buffers
internal import Digests
internal import FoundationEssentials
internal import RepositoryFormat
internal import Synchronization
internal import Transfer

/// A repository behind `lifeboat serve` that takes captures (docs/http-api.md, "Writing").
///
/// The server checks every object before it becomes visible, and moves pointers and `hosts.json` itself when it takes a
/// head: `replace` of these does nothing. Uploads are create-only and harmless when repeated. Any number of threads.
package final class HTTPWritableStore: WritableObjectStore {
    package let reader: HTTPStore
    private let session = Mutex<CaptureSession?>(nil)

    package init(_ reader: HTTPStore) { self.reader = reader }

    package var location: String { reader.location }

    package func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] { try reader.read(name, limit: limit) }

    package func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        try reader.read(name, at: offset, into: slice)
    }

    package func length(of name: String) throws(StoreError) -> UInt64? { try reader.length(of: name) }

    /// Not offered: a client asks for the chunks it has at hand.
    package func list(_ prefix: String) throws(StoreError) -> [String] {
        throw StoreError(.unsupported, "A server does not list its objects.")
    }

    /// True when the object is there now with these bytes, sent by this or an earlier attempt; false when there is another.
    package func create(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool {
        try put(name, HTTPUpload(.put, parts)) != .another
    }

    package func create(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool {
        try put(name, HTTPUpload(.put, bytes)) != .another
    }

    package func ensure(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool {
        try ensured(name, put(name, HTTPUpload(.put, parts)))
    }

    /// Asks first: what a capture has in common with the last one is not sent. Segments are always sent: nobody has one twice,
    /// and a server that was started again since must see it before it takes the head that names it.
    package func ensure(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool {
        if name.hasPrefix("hosts/"), !name.contains("/segments/"), session.withLock({ $0?.isNew }) != true,
            try reader.length(of: name) == UInt64(bytes.count)
        {
            return false
        }
        return try ensured(name, put(name, HTTPUpload(.put, bytes)))
    }

    package func replace(_ name: String, _ bytes: [UInt8]) throws(StoreError) {
        guard name == ObjectName.hosts || name.hasSuffix("/head") else {
            throw StoreError(.unsupported, "A server replaces no object on a client's behalf (\(name)).")
        }
    }

    /// The server's lease on the host, taken by `begin`, stands for every lock.
    package func exclusively<Result>(_ name: String, _ body: () throws -> Result) throws -> Result { try body() }

    private enum Outcome { case made, there, another }

    private func put(_ name: String, _ upload: HTTPUpload) throws(StoreError) -> Outcome {
        do {
            let answer = try reader.client.send(upload, to: reader.address(of: name), headers: headers)
            return answer.status == 201 ? .made : .there
        } catch {
            if error.status == 412 { return .another }
            throw storeError(error, "store \(name) at")
        }
    }

    private func ensured(_ name: String, _ outcome: Outcome) throws(StoreError) -> Bool {
        guard outcome != .another else {
            throw StoreError(
                .inputOutput,
                "\(location) holds \(name) with other bytes than its name says. Run \"lifeboat verify\" on the server.")
        }
        return outcome == .made
    }

    private var headers: [String] {
        session.withLock { $0 }.map { ["\(CaptureSession.header): \($0.capture.text)"] } ?? []
    }
}

extension HTTPWritableStore {
    /// Takes the writer's lease of a host, made known when it is new. Throws `locked` while another capture of it runs.
    func begin(host name: String) throws(RepositoryError) -> CaptureSession {
        let bytes = try ask(HTTPUpload(.post), "api/v1/hosts/\(name)/captures", "begin a capture of \(name) at")
        let answer: CaptureSession = try decoding { () throws(FormatError) in
            try decodeJSON(bytes, subject: "The server's answer")
        }
        session.withLock { $0 = answer }
        reader.setPatience(HTTPStore.restorePatience)
        return answer
    }

    /// Whether there is a lease that was not given back.
    var hasBegun: Bool { session.withLock { $0 != nil } }

    /// Gives the lease back.
    func end(host name: String) {
        guard let session = session.withLock({ $0.take() }) else { return }
        reader.setPatience(.seconds(5))
        // A lease that cannot be given back ends by itself; whatever else went wrong is what matters.
        _ = try? ask(HTTPUpload(.delete), "api/v1/hosts/\(name)/captures/\(session.capture.text)", "end a capture at")
    }

    /// For each identity whether the server has the chunk, and where. What it names may be referred to.
    func known(_ identities: [Digest], host name: String) throws(RepositoryError) -> [KnownChunk?] {
        var answers: [KnownChunk?] = []
        for start in stride(from: 0, to: identities.count, by: KnownChunks.limit) {
            let part = Array(identities[start..<min(start + KnownChunks.limit, identities.count)])
            let bytes = try ask(
                HTTPUpload(.post, KnownChunks.encode(question: part)), "api/v1/hosts/\(name)/chunks",
                "ask for known chunks at")
            answers += try decoding { () throws(FormatError) in
                try KnownChunks.decode(answer: bytes, count: part.count)
            }
        }
        return answers
    }

    private func ask(_ upload: HTTPUpload, _ path: String, _ what: String) throws(RepositoryError) -> [UInt8] {
        do {
            return try reader.client.send(upload, to: reader.base.appending(path), headers: headers, limit: 1 << 20)
                .body
        } catch { throw RepositoryError(storeError(error, what), object: "The server at \(location)") }
    }

    /// What could not be done, why in the server's own words, and what to do next.
    private func storeError(_ error: TransferError, _ what: String) -> StoreError {
        // A proxy on the way answers in its own words.
        let said: ServiceErrorReport? = try? decodeJSON(error.answer, subject: "The answer")
        let words = (said?.message).map { " " + PrintableText.of($0) } ?? ""
        let sentence = "Cannot \(what) \(location): \(error.reason).\(words)"
        let nothing = " No moment was added; what was listed before is untouched."
        switch error.code {
        case .conflict: return StoreError(.locked, said.map { PrintableText.of($0.message) } ?? sentence)
        case .noRoom:
            return StoreError(
                .inputOutput,
                sentence + nothing + " Free room on the server and run the command again: what was sent is used then.")
        case .denied: return StoreError(.denied, sentence + nothing)
        case .unreachable, .tls: return StoreError(.unreachable, sentence + nothing)
        case .interrupted: return StoreError(.interrupted, sentence)
        case .badResponse where error.status == 405, .notFound where said == nil, .badResponse where said == nil:
            return StoreError(
                .unsupported, sentence + " Captures are taken by \"lifeboat serve\" with tokens, not by other servers.")
        default: return StoreError(.inputOutput, sentence + nothing)
        }
    }
}

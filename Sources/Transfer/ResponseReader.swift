internal import Buffers

/// Judges one answer while it arrives and puts its bytes where they belong. A value: it knows no socket.
///
/// The head is judged before the first byte of the body is taken, so that an answer that is not wanted (above all
/// the whole of a pack in place of a part) ends the transfer at once.
struct ResponseReader: Sendable {
    private let body: HTTPRequest.Body
    private(set) var head = ResponseHead()
    /// Set as soon as the answer cannot be used; the transfer is ended then.
    private(set) var failure: Failure?
    /// The whole body of a `.whole` request, the answer to an upload, the begun line of a stream, or what was said about a
    /// refused upload.
    private(set) var collected: [UInt8] = []
    /// How many bytes of a `.part` lie in the slice.
    private(set) var filled = 0
    private var state = State.head
    private var discarded = 0

    private enum State { case head, wanted, unwanted }

    /// The page that comes with an error is read to its end, up to here, so that the connection can be used again.
    private static let longestErrorPage = 64 * 1024

    init(_ body: HTTPRequest.Body) { self.body = body }

    /// Takes a line of the head. False ends the transfer.
    mutating func take(header line: UnsafeRawBufferPointer) -> Bool {
        // Trailers of a chunked body come here too, after the head.
        guard state == .head || line.starts(with: "HTTP/".utf8) else { return true }
        state = .head
        guard head.take(line) == .complete, !head.isInterim else { return true }
        failure = head.failure(for: body)
        state = failure == nil ? .wanted : .unwanted
        if case .whole = body, failure == nil { collected.reserveCapacity(Int(head.contentLength ?? 0)) }
        // The body of a refused success is what must not be downloaded; the page of an error is short.
        return failure == nil || head.status >= 400
    }

    /// Takes bytes of the body. False ends the transfer.
    mutating func take(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard state == .wanted else {
            discarded += bytes.count
            if isSending, discarded <= Self.longestErrorPage { collected.append(contentsOf: bytes) }
            return discarded <= Self.longestErrorPage
        }
        switch body {
        case .none:
            return true
        case .whole(let limit), .upload(_, let limit):
            guard bytes.count <= limit - collected.count else {
                failure = .tooLong(limit: limit)
                return false
            }
            collected.append(contentsOf: bytes)
        case .stream(_, let limit, let take):
            collected.append(contentsOf: bytes)
            return handOutLines(limit: limit, take)
        case .part(_, let slice):
            guard bytes.count <= slice.count - filled else {
                failure = Failure(.badResponse, "the server sent more than the \(slice.count) bytes asked for")
                return false
            }
            slice[filled..<filled + bytes.count].withMutableBytes { $0.copyMemory(from: bytes) }
            filled += bytes.count
        }
        return true
    }

    /// Hands out the lines that are whole, without their ends.
    private mutating func handOutLines(limit: Int, _ take: ([UInt8]) -> Void) -> Bool {
        while let end = collected.firstIndex(of: 0x0A) {
            take(Array(collected[..<end]))
            collected.removeSubrange(...end)
        }
        if collected.count > limit { failure = .tooLong(limit: limit) }
        return failure == nil
    }

    /// Whether the request sends something, so that the server's words about a refusal matter.
    private var isSending: Bool {
        switch body {
        case .upload, .stream: true
        case .none, .whole, .part: false
        }
    }

    /// Whether the server has begun to answer line by line: the work is under way there, and asking again would begin another.
    var isUnderWay: Bool {
        if case .stream = body { return state == .wanted }
        return false
    }

    /// The body ended where the server said. Returns what is wrong all the same.
    func failureAtEnd() -> Failure? {
        if let failure { return failure }
        guard state == .wanted else {
            return Failure(.badResponse, "the server answered \(head.statusText), which leads nowhere")
        }
        guard case .part(_, let slice) = body, filled < slice.count else { return nil }
        return Failure(
            .unreachable, "the answer ended after \(filled) of \(slice.count) bytes", mayPass: true)
    }
}

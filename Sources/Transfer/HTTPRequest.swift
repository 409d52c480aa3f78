internal import Buffers

/// One request and what its answer must be.
struct HTTPRequest: Sendable {
    enum Body: Sendable {
        /// HEAD: no body.
        case none
        /// The whole object, at most `limit` bytes.
        case whole(limit: Int)
        /// Exactly the bytes in `range`, into a slice of that length.
        case part(range: Range<UInt64>, into: BufferSlice)
        /// Bytes are sent, and a short answer of at most `limit` bytes comes back.
        case upload(HTTPUpload, limit: Int)
        /// Bytes are sent, and an answer comes back line by line for as long as the server works.
        case stream(HTTPUpload, lineLimit: Int, take: @Sendable ([UInt8]) -> Void)
    }

    let address: HTTPAddress
    var body: Body
    /// Asks caches on the way to check with the server first (`Cache-Control: no-cache`).
    var revalidate = false
    /// Further header lines of this request.
    var headers: [String] = []

    /// The value of CURLOPT_RANGE.
    var range: String? {
        guard case .part(let range, _) = body else { return nil }
        return "\(range.lowerBound)-\(range.upperBound - 1)"
    }
}

extension HTTPRequest {
    /// The request for what is missing after a part broke off; nil when nothing of it arrived, or nothing can be told
    /// about the rest because the server sent the whole.
    func remainder(after reader: ResponseReader) -> HTTPRequest? {
        guard case .part(let range, let slice) = body, reader.head.status == 206, reader.filled > 0,
            reader.filled < slice.count
        else { return nil }
        var rest = self
        rest.body = .part(
            range: range.lowerBound + UInt64(reader.filled)..<range.upperBound,
            into: slice[reader.filled..<slice.count])
        return rest
    }
}

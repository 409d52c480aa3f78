internal import Buffers

extension ResponseHead {
    /// What makes this head unfit as the answer to a request for `body`; nil when it fits.
    func failure(for body: HTTPRequest.Body) -> Failure? {
        if let failure = statusFailure() { return failure }
        if let encoding {
            return Failure(.badResponse, "the server sends the object encoded (\(encoding)) although it must not")
        }
        switch body {
        case .none:
            return status == 200 ? nil : unexpected
        case .whole(let limit):
            guard status == 200 else { return unexpected }
            if let contentLength, contentLength > UInt64(limit) { return .tooLong(limit: limit) }
            return nil
        case .upload(_, let limit):
            guard [200, 201, 204].contains(status) else { return unexpected }
            if let contentLength, contentLength > UInt64(limit) { return .tooLong(limit: limit) }
            return nil
        case .stream:
            return status == 200 ? nil : unexpected
        case .part(let range, _):
            return status == 206 ? partFailure(range) : wholeFailure(range)
        }
    }

    private var unexpected: Failure { Failure(.badResponse, "the server answered \(statusText)") }

    private func statusFailure() -> Failure? {
        let said = "the server answered \(statusText)"
        switch status {
        case 200..<300: return nil
        case 401, 403, 407: return Failure(.denied, said)
        case 404, 410: return Failure(.notFound, said)
        case 400, 411, 413, 422: return Failure(.refused, said)
        case 409, 412: return Failure(.conflict, said)
        case 507: return Failure(.noRoom, said)
        case 416: return Failure(.wrongLength, "\(said): the object ends before these bytes")
        case 408, 425, 429, 500...599:
            let seconds = min(max(retryAfterInSeconds ?? 0, 0), 3600)
            return Failure(.unreachable, said, mayPass: true, retryAfter: .seconds(seconds))
        default: return Failure(.badResponse, said)
        }
    }

    /// A part was sent: is it the one asked for?
    private func partFailure(_ wanted: Range<UInt64>) -> Failure? {
        guard let text = contentRange, let sent = ContentRange(text) else {
            return Failure(
                .badResponse,
                "the server sent a part without saying which (Content-Range: \(Printable.ascii(contentRange ?? "")))")
        }
        if let total = sent.total, total < wanted.upperBound {
            return Failure(
                .wrongLength, "the object holds \(total) bytes and bytes up to \(wanted.upperBound) were asked for")
        }
        guard sent.range == wanted, contentLength ?? UInt64(wanted.count) == UInt64(wanted.count) else {
            return Failure(.badResponse, "the server sent bytes \(sent.range) in place of \(wanted)")
        }
        return nil
    }

    /// The whole object was sent in place of a part: right only when the part is the whole.
    private func wholeFailure(_ wanted: Range<UInt64>) -> Failure? {
        guard status == 200 else { return unexpected }
        if wanted.lowerBound == 0, contentLength == wanted.upperBound { return nil }
        if let contentLength, contentLength < wanted.upperBound {
            return Failure(
                .wrongLength,
                "the object holds \(contentLength) bytes and bytes up to \(wanted.upperBound) were asked for")
        }
        return Failure(.notPartial, "the server ignores byte ranges")
    }
}

extension Failure {
    static func tooLong(limit: Int) -> Failure {
        Failure(.wrongLength, "the object is longer than the \(limit) bytes that it may have")
    }
}

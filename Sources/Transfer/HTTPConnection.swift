internal import CCurl

/// One kept-alive connection: an easy handle with its options set, and the answer that it is reading.
///
/// `@unchecked Sendable`: the pool of `HTTPClient` hands a connection to one thread at a time, under its lock.
final class HTTPConnection: @unchecked Sendable {
    private let handle = EasyHandle()
    private let headers = HeaderList(["Accept-Encoding: identity"])
    private let revalidatingHeaders = HeaderList(["Accept-Encoding: identity", "Cache-Control: no-cache"])
    private let shouldStop: @Sendable () -> Bool
    private var reader = ResponseReader(.none)

    /// `shouldStop` is asked about once a second and whenever bytes arrive.
    init(options: HTTPOptions, shouldStop: @escaping @Sendable () -> Bool) {
        self.shouldStop = shouldStop
        handle.set(
            header: Self.takeHeader, body: Self.takeBody, progress: Self.reportProgress,
            // The handle lives no longer than this object, which therefore need not be kept by it.
            context: Unmanaged.passUnretained(self).toOpaque())
        set(options)
    }

    private func set(_ options: HTTPOptions) {
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_FOLLOWLOCATION, 1)
        // Mirrors redirect once or twice; more is a loop.
        handle.set(CURLOPT_MAXREDIRS, 5)
        // libcurl would take a proxy from the environment otherwise.
        handle.set(CURLOPT_PROXY, "")
        handle.set(CURLOPT_CONNECTTIMEOUT, options.connectTimeoutInSeconds)
        handle.set(CURLOPT_LOW_SPEED_TIME, options.stallTimeoutInSeconds)
        handle.set(CURLOPT_LOW_SPEED_LIMIT, options.slowestBytesPerSecond)
        handle.set(CURLOPT_TCP_KEEPALIVE, 1)
        handle.set(CURLOPT_TCP_KEEPIDLE, 30)
        handle.set(CURLOPT_TCP_KEEPINTVL, 15)
        // Fewer, larger callbacks than with libcurl's 16 KiB.
        handle.set(CURLOPT_BUFFERSIZE, 256 * 1024)
        handle.set(CURLOPT_USERAGENT, options.userAgent)
        handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = options.tls.caFile { handle.set(CURLOPT_CAINFO, caFile) }
    }

    /// Makes one attempt. Blocks. Returns the reader with what arrived, and what went wrong.
    func run(_ request: HTTPRequest) -> (reader: ResponseReader, failure: Failure?) {
        reader = ResponseReader(request.body)
        defer { reader = ResponseReader(.none) }
        handle.set(CURLOPT_URL, request.address.text)
        handle.set(CURLOPT_REDIR_PROTOCOLS_STR, request.address.scheme)
        handle.set(headers: request.revalidate ? revalidatingHeaders.list : headers.list)
        handle.set(CURLOPT_RANGE, request.range)
        if case .none = request.body {
            handle.set(CURLOPT_NOBODY, 1)
        } else {
            handle.set(CURLOPT_HTTPGET, 1)
        }
        let code = BrokenPipeGuard.run { handle.perform() }
        return (reader, failure(after: code))
    }

    private func failure(after code: CURLcode) -> Failure? {
        if code == CURLE_OK { return reader.failureAtEnd() }
        if code == CURLE_ABORTED_BY_CALLBACK { return Failure(.interrupted, "interrupted") }
        // A verdict on the head stands, however the rest of an error's page was lost.
        if let failure = reader.failure { return failure }
        return Failure(code, saying: Printable.ascii(handle.text(for: code)), head: reader.head)
    }

    private static let takeHeader: curl_write_callback = { bytes, size, count, context in
        guard let context, let bytes else { return 0 }
        let connection = Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return connection.reader.take(header: line) ? size * count : 0
    }

    private static let takeBody: curl_write_callback = { bytes, size, count, context in
        guard let context, let bytes else { return 0 }
        let connection = Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
        let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return connection.reader.take(body: chunk) ? size * count : 0
    }

    private static let reportProgress: curl_xferinfo_callback = { context, _, _, _, _ in
        guard let context else { return 1 }
        let connection = Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
        return connection.shouldStop() ? 1 : 0
    }
}

internal import CCurl

/// One kept-alive connection: an easy handle with its options set, and the answer that it is reading.
///
/// `@unchecked Sendable`: the pool of `HTTPClient` hands a connection to one thread at a time, under its lock.
final class HTTPConnection: @unchecked Sendable {
    private let handle = EasyHandle()
    private let options: HTTPOptions
    private let shouldStop: @Sendable () -> Bool
    private var reader = ResponseReader(.none)
    /// What is being sent, and how much of it was.
    private var upload: (content: HTTPUpload, sent: Int)?

    /// `shouldStop` is asked about once a second and whenever bytes arrive.
    init(options: HTTPOptions, shouldStop: @escaping @Sendable () -> Bool) {
        self.options = options
        self.shouldStop = shouldStop
        handle.set(
            header: Self.takeHeader, body: Self.takeBody, progress: Self.reportProgress,
            // The handle lives no longer than this object, which therefore need not be kept by it.
            context: Unmanaged.passUnretained(self).toOpaque())
        handle.set(
            read: Self.giveBody, seek: Self.rewind, context: Unmanaged.passUnretained(self).toOpaque())
        set(options)
    }

    private func set(_ options: HTTPOptions) {
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_FOLLOWLOCATION, 1)
        // Mirrors redirect once or twice; more is a loop.
        handle.set(CURLOPT_MAXREDIRS, 5)
        // libcurl would take a proxy from the environment where this is not set.
        handle.set(CURLOPT_PROXY, options.proxy ?? "")
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
        if options.tls.trustsAnyone {
            handle.set(CURLOPT_SSL_VERIFYPEER, 0)
            handle.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let key = options.tls.pinnedKey {
            handle.set(CURLOPT_PINNEDPUBLICKEY, key)
            // The key says who it is: a name and a signature add nothing to that.
            handle.set(CURLOPT_SSL_VERIFYPEER, 0)
            handle.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    /// Makes one attempt. Blocks. Returns the reader with what arrived, and what went wrong.
    func run(_ request: HTTPRequest) -> (reader: ResponseReader, failure: Failure?) {
        reader = ResponseReader(request.body)
        defer { reader = ResponseReader(.none) }
        handle.set(CURLOPT_URL, request.address.text)
        handle.set(CURLOPT_REDIR_PROTOCOLS_STR, request.address.scheme)
        let headers = HeaderList(lines(of: request))
        handle.set(headers: headers.list)
        handle.set(CURLOPT_RANGE, request.range)
        prepare(request.body)
        defer { upload = nil }
        let code = BrokenPipeGuard.run { handle.perform() }
        return (reader, failure(after: code))
    }

    /// How far the last attempt came, and when.
    var timing: ServerProbe {
        var probe = ServerProbe()
        probe.nameSeconds = handle.seconds(CURLINFO_NAMELOOKUP_TIME)
        probe.connectSeconds = handle.seconds(CURLINFO_CONNECT_TIME)
        probe.secureSeconds = handle.seconds(CURLINFO_APPCONNECT_TIME)
        probe.address = handle.text(CURLINFO_PRIMARY_IP)
        return probe
    }

    private func lines(of request: HTTPRequest) -> [String] {
        var lines = ["Accept-Encoding: identity"]
        if request.revalidate { lines.append("Cache-Control: no-cache") }
        if let token = options.token { lines.append(token.header) }
        // Without it libcurl waits a second for leave to send what is large.
        switch request.body {
        case .upload: lines += ["Expect:", "Content-Type: application/octet-stream"]
        case .stream: lines += ["Expect:", "Content-Type: application/json"]
        case .none, .whole, .part: break
        }
        return lines + request.headers
    }

    private func prepare(_ body: HTTPRequest.Body) {
        handle.set(CURLOPT_CUSTOMREQUEST, nil)
        handle.set(CURLOPT_UPLOAD, 0)
        handle.set(CURLOPT_LOW_SPEED_TIME, options.stallTimeoutInSeconds)
        handle.set(CURLOPT_LOW_SPEED_LIMIT, options.slowestBytesPerSecond)
        switch body {
        case .none:
            handle.set(CURLOPT_NOBODY, 1)
        case .upload(let content, _):
            send(content)
            handle.set(CURLOPT_LOW_SPEED_TIME, options.uploadStallTimeoutInSeconds)
        case .stream(let content, _, _):
            send(content)
            // A line now and then is all that is to come: only a server that says nothing at all is stalled.
            handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
            handle.set(CURLOPT_LOW_SPEED_TIME, options.uploadStallTimeoutInSeconds)
        case .whole, .part:
            handle.set(CURLOPT_HTTPGET, 1)
        }
    }

    private func send(_ content: HTTPUpload) {
        handle.set(CURLOPT_NOBODY, 0)
        handle.set(CURLOPT_UPLOAD, 1)
        handle.set(CURLOPT_CUSTOMREQUEST, content.method.rawValue)
        handle.set(CURLOPT_INFILESIZE_LARGE, content.count)
        upload = (content, 0)
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

    private static let giveBody: curl_read_callback = { target, size, count, context in
        guard let context, let target else { return Int(CURL_READFUNC_ABORT) }
        let connection = Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
        guard let (content, sent) = connection.upload else { return 0 }
        let room = UnsafeMutableRawBufferPointer(start: target, count: size * count)
        let copied = content.copy(from: sent, into: room)
        connection.upload = (content, sent + copied)
        return copied
    }

    /// libcurl begins anew when a kept connection turns out to be closed.
    private static let rewind: curl_seek_callback = { context, offset, origin in
        guard let context, origin == 0, offset >= 0 else { return CURL_SEEKFUNC_FAIL }
        let connection = Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
        connection.upload?.sent = Int(offset)
        return CURL_SEEKFUNC_OK
    }

    private static let reportProgress: curl_xferinfo_callback = { context, _, _, _, _ in
        guard let context else { return 1 }
        let connection = Unmanaged<HTTPConnection>.fromOpaque(context).takeUnretainedValue()
        return connection.shouldStop() ? 1 : 0
    }
}

internal import CCurl

/// Owner of one libcurl easy handle with its connections (`CURL`); one thread at a time.
struct EasyHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    /// Where libcurl puts its words on a failure (CURLOPT_ERRORBUFFER); must outlive the handle.
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init() {
        let started = Self.library
        guard started == CURLE_OK, let handle = curl_easy_init() else {
            fatalError("curl_global_init gave \(started.rawValue), or no memory for curl_easy_init")
        }
        self.handle = handle
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        check(CURLOPT_ERRORBUFFER, lifeboat_curl_set_error_buffer(handle, errorText))
    }

    deinit {
        curl_easy_cleanup(handle)
        errorText.deallocate()
    }

    /// `curl_global_init`, once in the life of the process; Swift guards the first use.
    private static let library = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    /// Sets a text option (`curl_easy_setopt`, which copies the text). Traps when this libcurl does not know the
    /// option or the text: both are set at build time.
    func set(_ option: CURLoption, _ value: String?) {
        check(option, lifeboat_curl_set_string(handle, option, value))
    }

    /// Sets a number or a switch.
    func set(_ option: CURLoption, _ value: Int) {
        check(option, lifeboat_curl_set_long(handle, option, value))
    }

    /// Sets the request's headers; the list must outlive their use.
    func set(headers: UnsafeMutablePointer<curl_slist>) {
        check(CURLOPT_HTTPHEADER, lifeboat_curl_set_headers(handle, headers))
    }

    /// Sets the callbacks, which all get `context`.
    func set(
        header: @escaping curl_write_callback, body: @escaping curl_write_callback,
        progress: @escaping curl_xferinfo_callback, context: UnsafeMutableRawPointer
    ) {
        let code = lifeboat_curl_set_callbacks(handle, header, body, progress, context)
        check(CURLOPT_WRITEFUNCTION, code)
    }

    /// Sets the callbacks that hand out the bytes of an upload; they get `context`.
    func set(
        read: @escaping curl_read_callback, seek: @escaping curl_seek_callback, context: UnsafeMutableRawPointer
    ) {
        check(CURLOPT_READFUNCTION, lifeboat_curl_set_upload(handle, read, seek, context))
    }

    /// Does the transfer (`curl_easy_perform`). Blocks.
    func perform() -> CURLcode {
        errorText[0] = 0
        return curl_easy_perform(handle)
    }

    /// What libcurl said about the last transfer, which ended with `code`; its general words when it said nothing.
    func text(for code: CURLcode) -> String {
        String(cString: errorText[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(errorText))
    }

    /// Seconds since the start of the last transfer at which it got so far (`curl_easy_getinfo`); nil when it did not.
    func seconds(_ info: CURLINFO) -> Double? {
        let seconds = lifeboat_curl_get_seconds(handle, info)
        return seconds > 0 ? seconds : nil
    }

    /// A text about the last transfer; nil where there is none.
    func text(_ info: CURLINFO) -> String? {
        lifeboat_curl_get_text(handle, info).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func check(_ option: CURLoption, _ code: CURLcode) {
        precondition(
            code == CURLE_OK,
            "curl_easy_setopt(\(option.rawValue)): \(String(cString: curl_easy_strerror(code)))")
    }
}

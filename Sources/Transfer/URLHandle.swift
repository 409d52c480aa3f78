internal import CCurl

/// Owner of one `CURLU`, libcurl's URL parser: the same one that the transfer itself uses.
struct URLHandle: ~Copyable {
    private let handle: OpaquePointer

    init() {
        guard let handle = curl_url() else { fatalError("no memory for curl_url") }
        self.handle = handle
    }

    deinit { curl_url_cleanup(handle) }

    /// Takes `text` apart (`curl_url_set`); returns why it is no URL, or nil when it is one.
    func parse(_ text: String) -> String? {
        let code = curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME))
        return code == CURLUE_OK ? nil : String(cString: curl_url_strerror(code))
    }

    /// One part as text (`curl_url_get`), or nil when the URL has none.
    func part(_ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    /// Removes user and password.
    func removeCredentials() {
        _ = curl_url_set(handle, CURLUPART_USER, nil, 0)
        _ = curl_url_set(handle, CURLUPART_PASSWORD, nil, 0)
    }
}

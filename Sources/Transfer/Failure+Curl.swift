internal import CCurl

extension Failure {
    /// What a result of `curl_easy_perform` other than CURLE_OK means for the caller.
    init(_ code: CURLcode, saying text: String, head: ResponseHead) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT,
            CURLE_PARTIAL_FILE,
            CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            self.init(.unreachable, text, mayPass: true)
        case CURLE_SSL_CONNECT_ERROR:
            // A connection reset during the handshake looks the same as two sides that cannot agree.
            self.init(.tls, text, mayPass: true)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_INVALIDCERTSTATUS:
            self.init(.tls, text)
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            self.init(.tls, "the server's key is not the one whose fingerprint was given")
        case CURLE_TOO_MANY_REDIRECTS:
            self.init(.badResponse, "the server redirects in circles, at last to \(head.location ?? "nowhere")")
        case CURLE_UNSUPPORTED_PROTOCOL where head.location != nil:
            self.init(
                .badResponse, "the server redirects to \(head.location ?? ""), which is another protocol")
        default:
            self.init(.badResponse, text)
        }
    }
}

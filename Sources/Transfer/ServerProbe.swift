/// How far a first request to a server comes, whoever it is: no certificate is checked, no token is sent, one attempt.
package struct ServerProbe: Sendable {
    /// Since the start, each as soon as it was reached: the name was found, the server answered, TLS was agreed on.
    package var nameSeconds: Double?
    package var connectSeconds: Double?
    package var secureSeconds: Double?
    /// Who answered: an IP address; that of the proxy where there is one.
    package var address: String?
    /// 0 without an answer.
    package var status = 0
    /// Of the server's clock, as the head of any answer has it (RFC 9110, section 6.6.1), whatever its status is.
    package var date: String?
    /// Why there is no answer.
    package var failure: TransferError?

    package init() {}

    package init(
        _ address: HTTPAddress, proxy: String? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        var options = HTTPOptions()
        options.tls.trustsAnyone = true
        options.proxy = proxy
        let connection = HTTPConnection(options: options, shouldStop: shouldStop)
        let (reader, failure) = connection.run(HTTPRequest(address: address, body: .none))
        self = connection.timing
        status = reader.head.status
        date = reader.head.date
        if status == 0, let failure {
            self.failure = TransferError(failure.code, url: address.description, reason: failure.reason)
        }
    }
}

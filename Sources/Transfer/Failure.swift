/// Why one attempt did not succeed, and whether another may.
struct Failure: Error, Hashable, Sendable {
    let code: TransferError.Code
    /// As `TransferError.reason`.
    let reason: String
    /// Worth another attempt: the fault lies in the network or is one of those that servers get over.
    var mayPass = false
    /// How long the server asked to be left alone.
    var retryAfter = Duration.zero

    init(_ code: TransferError.Code, _ reason: String, mayPass: Bool = false, retryAfter: Duration = .zero) {
        self.code = code
        self.reason = reason
        self.mayPass = mayPass
        self.retryAfter = retryAfter
    }
}

internal import Transfer

extension HTTPStore {
    static let servedPlainly =
        "Let the web server send the repository's files as they are, with byte ranges and without compression "
        + "(nginx, Apache and \"lifeboat serve\" do)."

    /// What could not be read, from where, why, and what to do next.
    func storeError(_ error: TransferError, reading name: String) -> StoreError {
        let (code, advice) = Self.meaning(of: error.code)
        let sentence = "Cannot read \(name) from \(location): \(error.reason)."
        return StoreError(code, advice.isEmpty ? sentence : "\(sentence) \(advice)")
    }

    private static func meaning(of code: TransferError.Code) -> (code: StoreError.Code, advice: String) {
        switch code {
        case .notFound:
            return (.notFound, "Check that the address is the repository's own folder and that a mirror is complete.")
        case .denied:
            return (
                .denied,
                "Give a token that is valid and allows it (--token-file), or let the web server read the repository's files."
            )
        case .unreachable:
            return (.unreachable, "Check the network and that the server runs, then try again.")
        case .tls:
            return (
                .unreachable,
                "Check this machine's clock, and the server's certificate: --fingerprint or --ca-file say what to trust."
            )
        case .wrongLength:
            return (.wrongLength, "")
        case .notPartial:
            return (.unsupported, servedPlainly)
        case .interrupted:
            return (.interrupted, "")
        default:
            return (.inputOutput, servedPlainly)
        }
    }
}

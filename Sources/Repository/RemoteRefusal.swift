internal import RepositoryFormat
internal import Transfer

/// Why a server did not begin what it was asked for: in its own words where it is one of ours, with what to do next.
struct RemoteRefusal {
    private let store: HTTPStore
    /// "prune the repository at"
    private let what: String

    init(_ store: HTTPStore, what: String) {
        self.store = store
        self.what = what
    }

    func error(_ error: TransferError) -> RepositoryError {
        // A proxy on the way, or another server, answers in its own words.
        let said: ServiceErrorReport? = try? decodeJSON(error.answer, subject: "The answer")
        let words = said.map { PrintableText.of($0.message) }
        let sentence = "Cannot \(what) \(store.location): \(error.reason)."
        switch error.code {
        case .denied:
            return RepositoryError(
                .denied,
                "\(words ?? sentence) Nothing was changed. Give a token that allows it (--token-file; \"lifeboat token add\" "
                    + "makes them).")
        case .refused, .conflict, .notFound:
            if let said, let words { return RepositoryError(RepositoryError.Code(said.code), words) }
            return ours(sentence)
        case .badResponse: return ours(sentence)
        case .unreachable, .tls:
            return RepositoryError(
                .unreachable,
                "\(sentence) Nothing was changed. Check the network, that the server runs, and how it is known (--fingerprint, "
                    + "--ca-file).")
        case .interrupted: return RepositoryError(.interrupted, "\(sentence) Nothing was changed.")
        default: return RepositoryError(.inputOutput, words.map { "\(sentence) \($0)" } ?? sentence)
        }
    }

    private func ours(_ sentence: String) -> RepositoryError {
        RepositoryError(
            .badInput,
            "\(sentence) Nothing was changed. Only \"lifeboat serve\" does this for those who have a token, not other web "
                + "servers: give its address, or the directory that holds the repository.")
    }
}

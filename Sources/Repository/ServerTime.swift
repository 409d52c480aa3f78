internal import Transfer

extension HTTPAddress {
    /// Throws `badInput`.
    init(ofServer location: String) throws(RepositoryError) {
        do { self = try HTTPAddress(location) } catch {
            throw RepositoryError(.badInput, "\(error.url) is not the address of a server: \(error.reason).")
        }
    }
}

/// What time it is, as a repository's server says. Nothing proves who answered: for people to look at.
package enum ServerTime {
    /// Nanoseconds since 1970, UTC, to the second. Throws `RepositoryError`.
    package static func ask(
        _ location: String, proxy: String?, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws(RepositoryError) -> Int64 {
        let address = try HTTPAddress(ofServer: location)
        let probe = ServerProbe(address, proxy: proxy, shouldStop: shouldStop)
        guard probe.failure == nil else {
            throw RepositoryError(
                .unreachable, "\(address) cannot be asked for the time: \(probe.failure?.reason ?? "no answer").")
        }
        guard let said = probe.date, let time = parse(said) else {
            throw RepositoryError(.unreachable, "\(address) does not say what time it is.")
        }
        return time
    }

    /// "Fri, 27 Nov 2026 18:00:00 GMT".
    package static func parse(_ text: String) -> Int64? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].utf8.count == 2,
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        return Timestamp.parse("\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4])Z")
    }
}

internal import Transfer

/// The way to a repository's server, step by step, in words for people: which step fails, and why.
package struct ConnectionProbe: Sendable {
    /// One line for each step.
    package let lines: [String]
    /// Nil where no server answered.
    package let isReached: Bool

    /// Blocks for as long as one attempt takes. `now` is this machine's clock right after it, nanoseconds since 1970.
    /// Throws `RepositoryError` when the location is no address.
    package init(
        _ location: String, proxy: String?, shouldStop: @escaping @Sendable () -> Bool = { false },
        now: () -> Int64
    ) throws(RepositoryError) {
        let address = try HTTPAddress(ofServer: location)
        let probe = ServerProbe(address, proxy: proxy, shouldStop: shouldStop)
        let proxied = proxy.map { ["Proxy     \(PrintableText.of($0))"] } ?? []
        lines = proxied + Self.lines(of: probe, isSecure: address.scheme == "https", now: now())
        isReached = probe.failure == nil
    }

    static func lines(of probe: ServerProbe, isSecure: Bool, now: Int64) -> [String] {
        let reason = probe.failure?.reason ?? ""
        guard let name = probe.nameSeconds else {
            return ["Name      NOT FOUND: \(reason). Look at the name servers (Network)."]
        }
        var lines = ["Name      found (\(milliseconds(name)))"]
        guard let connect = probe.connectSeconds else {
            // libcurl has the time of a connection only when all of it is agreed on; what fails then it says.
            if isSecure, probe.failure?.code == .tls || probe.address != nil || reason.hasPrefix("SSL") {
                return lines + ["Connect   the server answers", "TLS       FAILED: \(reason). Is it an https server?"]
            }
            return lines + [
                "Connect   NO ANSWER: \(reason). Look at address, router and firewall, and whether the server runs."
            ]
        }
        lines.append("Connect   \(probe.address ?? "the server") answers (\(milliseconds(connect - name)))")
        if isSecure {
            guard let secure = probe.secureSeconds else {
                return lines + ["TLS       FAILED: \(reason). Is it an https server?"]
            }
            lines.append("TLS       agreed on (\(milliseconds(secure - connect)))")
        }
        guard probe.failure == nil else { return lines + ["HTTP      NO ANSWER: \(reason)."] }
        lines.append("HTTP      answers")
        if let time = probe.date.flatMap(ServerTime.parse) {
            lines.append("Clock     \(clock(ahead: time - now))")
        } else {
            lines.append("Clock     the server does not say what time it is")
        }
        return lines
    }

    private static func clock(ahead: Int64) -> String {
        let seconds = ahead / 1_000_000_000
        // The date has whole seconds and was on the way.
        guard abs(seconds) > 2 else { return "as the server's" }
        let words = "\(abs(seconds)) s \(seconds > 0 ? "behind" : "ahead of") the server's"
        return abs(seconds) < 300
            ? words : "WRONG by \(words). Certificates and tokens may be refused: set it (Keyboard and clock)."
    }

    private static func milliseconds(_ seconds: Double) -> String { "\(Int((seconds * 1_000).rounded())) ms" }
}

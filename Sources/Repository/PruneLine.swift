/// A line of a server's answer to a prune: one of the members, or none, which says that the server is at work
/// (docs/http-api.md, "Prune"). The last line is the report or the error.
package struct PruneLine: Codable, Sendable {
    /// `PruneProgress` with a name for each phase; phases that a client does not know are passed over.
    package struct Progress: Codable, Hashable, Sendable {
        var phase: String
        var host: String?
        var done: Int?
        var of: Int?
        var objects: Int?

        package init(_ progress: PruneProgress) {
            switch progress {
            case .thinning(let host, let done, let total):
                phase = "thinning"
                self.host = host
                self.done = done
                of = total
            case .marking(let objects):
                phase = "marking"
                self.objects = objects
            }
        }

        var value: PruneProgress? {
            switch phase {
            case "thinning":
                guard let host, let done, let of else { return nil }
                return .thinning(host: PrintableText.of(host), done: done, of: of)
            case "marking": return objects.map { .marking(objects: $0) }
            default: return nil
            }
        }
    }

    package var progress: Progress?
    package var report: PruneReport?
    package var error: ServiceErrorReport?

    package static let atWork = PruneLine()

    private init() {}
    package init(progress: PruneProgress) { self.progress = Progress(progress) }
    package init(report: PruneReport) { self.report = report }
    package init(error: ServiceErrorReport) { self.error = error }

    /// The longest line: the report of thousands of hosts.
    static let lengthLimit = 16 << 20
}

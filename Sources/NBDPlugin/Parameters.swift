internal import LinuxSystem
internal import Repository

/// What is given to the plugin as `key=value`: one table for parsing and for `nbdkit --help`.
struct Parameters: Sendable {
    var repository: String?
    var host: String?
    var time: TimeExpression = .latest
    var disk: UInt32?
    /// An eighth of this machine's memory, so that a VM that runs on a moment finds again what it has read.
    var cacheInMiB = min(max(64, Int(RunningSystem.memoryInBytes >> 23)), 1_024)

    private struct Entry: Sendable {
        let key: String
        let isRequired: Bool
        let help: String
        /// Nil where the value is none; the text says what it must be.
        let set: @Sendable (inout Parameters, String) -> Void?
    }

    private static let table = [
        Entry(key: "repository", isRequired: true, help: "Directory or http(s) URL.") { $0.repository = $1 },
        Entry(key: "host", isRequired: true, help: "Name of the host.") { $0.host = $1 },
        Entry(key: "at", isRequired: false, help: "ISO 8601 time, \"latest\" (default), or an age such as 2h.") {
            parameters, value in TimeExpression(value).map { parameters.time = $0 }
        },
        Entry(key: "disk", isRequired: false, help: "Number of the only disk to serve (default: all, as exports).") {
            parameters, value in UInt32(value).map { parameters.disk = $0 }
        },
        Entry(
            key: "cache", isRequired: false,
            help: "MiB of what was read that are kept, from 16 (default: an eighth of the memory, 64 to 1024)."
        ) { parameters, value in
            Int(value).flatMap { (16...1 << 20).contains($0) ? $0 : nil }.map { parameters.cacheInMiB = $0 }
        },
    ]

    static var help: String {
        table.map { entry in
            let key = entry.key + "=<" + entry.key.uppercased() + ">"
            return key + String(repeating: " ", count: max(1, 28 - key.count))
                + (entry.isRequired ? "(required) " : "") + entry.help
        }.joined(separator: "\n")
    }

    mutating func set(_ key: String, _ value: String) throws(RepositoryError) {
        guard let entry = Self.table.first(where: { $0.key == key }) else {
            let known = Self.table.map(\.key).joined(separator: ", ")
            throw RepositoryError(.badInput, "There is no parameter \"\(key)\": give some of \(known).")
        }
        guard entry.set(&self, value) != nil else {
            throw RepositoryError(.badInput, "\(key)=\(value) cannot be used: \(entry.help)")
        }
    }

    func check() throws(RepositoryError) {
        guard repository != nil, host != nil else {
            let missing = Self.table.filter(\.isRequired).map { "\($0.key)=" }.joined(separator: " and ")
            throw RepositoryError(.badInput, "Give \(missing), and what else \"nbdkit --help\" lists.")
        }
    }
}

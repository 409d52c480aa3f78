import Foundation

/// What Package.swift says, as SwiftPM itself understands it (`swift package dump-package`).
struct Manifest: Sendable {
    struct Target: Sendable {
        let name: String
        /// Relative to the root.
        let path: String
        /// Targets of this package and products of others.
        let dependencies: Set<String>
    }

    let targets: [String: Target]

    /// Those whose code is under Sources.
    var rooms: [Target] { targets.values.filter { $0.path.hasPrefix("Sources/") } }

    struct Unreadable: Error { let text: String }

    /// Asked once for all tests.
    static let current = Result { try Manifest() }

    private init() throws {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "lifeboat-tidy-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        // A scratch folder of its own: this very test may run under a SwiftPM that holds the lock of the usual one.
        let dump = try Tool.swift(["package", "--scratch-path", scratch.path, "dump-package"], errorsToo: false)
        let package = try JSONSerialization.jsonObject(with: dump.output) as? [String: Any]
        guard let list = package?["targets"] as? [[String: Any]] else { throw Unreadable(text: dump.text) }
        targets = Dictionary(uniqueKeysWithValues: try list.map(Self.target).map { ($0.name, $0) })
    }

    private static func target(_ entry: [String: Any]) throws -> Target {
        guard let name = entry["name"] as? String, let type = entry["type"] as? String,
            let dependencies = entry["dependencies"] as? [[String: Any]]
        else { throw Unreadable(text: "\(entry)") }
        let folder = type == "test" ? "Tests" : "Sources"
        // Each dependency is {"byName": [name, …]}, or the same under "product" or "target".
        let names = dependencies.compactMap { ($0.values.first as? [Any])?.first as? String }
        guard names.count == dependencies.count else { throw Unreadable(text: "\(dependencies)") }
        return Target(
            name: name, path: entry["path"] as? String ?? "\(folder)/\(name)", dependencies: Set(names))
    }

    /// `name` and everything that is linked because of it.
    func closure(of name: String) -> Set<String> {
        var reached: Set<String> = []
        var open = [name]
        while let next = open.popLast() {
            guard reached.insert(next).inserted, let target = targets[next] else { continue }
            open += target.dependencies
        }
        return reached
    }
}

internal import LinuxSystem
package import Repository
internal import RepositoryFormat

/// Reports of restores that rescue images sent: plain files beside the repository, in the server's own folder
/// (`reports/<host-id>/<name>`). Written once; nobody but people removes them.
package struct ReportFolder: Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        package var host: String
        package var name: String
        package var sizeInBytes: UInt64
    }

    /// Of one report. Those of a restore of many disks have some ten thousand bytes.
    package static let lengthLimit = 1 << 20
    /// Of one host, so that nobody who may restore fills the server's disk.
    package static let countLimit = 200

    private let state: ServerState
    private var directory: String { "\(state.directory)/reports" }

    package init(_ state: ServerState) { self.state = state }

    /// "20261127T180000Z-restore.txt": nothing that could be a path or hide itself.
    package static func isName(_ name: String) -> Bool {
        let bytes = name.utf8
        return (5...100).contains(bytes.count) && bytes.first != UInt8(ascii: ".")
            && (name.hasSuffix(".txt") || name.hasSuffix(".json"))
            && bytes.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || [0x2d, 0x2e, 0x5f].contains(byte)
            }
    }

    /// Keeps a report durably and says whether it is new: false when it was there with these bytes. Throws a refusal when
    /// another one has its name, and when the host has too many.
    func add(_ bytes: [UInt8], named name: String, host: HostIdentifier) throws -> Bool {
        guard Self.isName(name) else {
            throw Refusal.malformed(
                "A report's name has 5 to 100 letters, digits and ._- and ends in .txt or .json, not \"\(name)\".")
        }
        return try state.exclusively {
            let folder = "\(directory)/\(host.text)"
            try Files.makeDirectories(folder, mode: 0o700)
            let path = "\(folder)/\(name)"
            if Files.exists(path) {
                guard try Files.contents(of: path, limit: Self.lengthLimit) == bytes else {
                    throw Refusal(.conflict, "exists", "There is another report named \(name). It was left as it is.")
                }
                return false
            }
            guard try Files.names(in: folder).count < Self.countLimit else {
                throw Refusal(
                    .noRoom, "no-room",
                    "The server has \(Self.countLimit) reports of this host. Remove some from \(folder) on the server.")
            }
            try state.replace(path, bytes)
            try Files.synchronizeDirectory(folder)
            return true
        }
    }

    /// Everything that is there, by host and name; empty when no report ever came.
    package func list(_ hosts: [(id: HostIdentifier, name: String)]) throws -> [Entry] {
        guard Files.exists(directory) else { return [] }
        return try hosts.sorted { $0.name < $1.name }.flatMap { host in
            let folder = "\(directory)/\(host.id.text)"
            guard Files.exists(folder) else { return [Entry]() }
            return try Files.names(in: folder).map { name in
                Entry(host: host.name, name: name, sizeInBytes: try Files.status("\(folder)/\(name)")?.sizeInBytes ?? 0)
            }
        }
    }

    /// The text of one, without control characters: who sent it is trusted with no terminal. Throws `ServerError` when there is none of that name.
    package func read(_ name: String, host: HostIdentifier) throws -> String {
        let path = "\(directory)/\(host.text)/\(name)"
        guard Self.isName(name), Files.exists(path) else {
            throw ServerError(
                "There is no report \"\(name)\" of this host. \"lifeboat report list\" shows those there are.")
        }
        let text = String(decoding: try Files.contents(of: path, limit: Self.lengthLimit), as: UTF8.self)
        return PrintableText.of(text, limit: .max, keepingLines: true)
    }
}

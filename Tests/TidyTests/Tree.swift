import Foundation

/// The files of this repository, found from where this file lies.
enum Tree {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    struct File: Sendable {
        /// Relative to the root, with slashes.
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        /// "Transfer" for Sources/Transfer/HTTPClient.swift; the C targets are named too.
        var room: String {
            let components = path.split(separator: "/").map(String.init)
            return components[1] == "C" ? components[2] : components[1]
        }
    }

    /// All files below the given folders (or these files themselves) that `isWanted`, in the order of their paths.
    static func files(
        _ folders: [String], where isWanted: (String) -> Bool = { $0.hasSuffix(".swift") }
    ) throws -> [File] {
        try folders.flatMap { try paths(below: $0) }.filter(isWanted).sorted().map { path in
            // Bytes that are no text are of no interest to these tests.
            File(path: path, text: String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self))
        }
    }

    static func isExecutable(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: root.appending(path: path).path)
    }

    private static func paths(below folder: String) throws -> [String] {
        var isFolder: ObjCBool = false
        let full = root.appending(path: folder).path
        guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else { return [folder] }
        return try FileManager.default.subpathsOfDirectory(atPath: full).map { "\(folder)/\($0)" }.filter { path in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: root.appending(path: path).path, isDirectory: &isFolder)
            return exists && !isFolder.boolValue
        }
    }
}

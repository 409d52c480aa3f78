import Foundation

/// A directory with a short name (socket paths hold 107 bytes) that goes away with its owner.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        let name = "/tmp/lifeboat-e2e.\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: false)
        path = name
    }

    package func file(_ name: String) -> String {
        path + "/" + name
    }

    deinit {
        // Nothing depends on it: a directory that stays costs a few kilobytes in /tmp.
        try? FileManager.default.removeItem(atPath: path)
    }
}

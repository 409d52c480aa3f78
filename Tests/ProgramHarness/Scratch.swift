import Foundation
import Synchronization

/// A directory of one test. When it goes away, so does everything that the test mounted from or attached to it.
package final class Scratch: Sendable {
    package let path: String
    private let servers = Mutex<[Child]>([])

    package init() throws {
        path = "/var/tmp/lifeboat-cli-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Keeps a server running for as long as this lives, though nothing but its address is used.
    package func keep(_ server: Child) { servers.withLock { $0.append(server) } }

    deinit {
        servers.withLock { $0.removeAll() }
        let script = """
            awk -v p='\(path)/' 'index($2, p) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount -l
            for file in /sys/block/loop*/loop/backing_file; do
                case "$(cat $file 2>/dev/null)" in '\(path)'/*)
                    device=${file#/sys/block/}; losetup -d /dev/${device%%/*};; esac
            done
            rm -rf --one-file-system '\(path)'
            """
        // What cannot be cleaned up shows in the next test that needs it; there is nobody here to tell.
        _ = try? Child(["bash", "-c", script], in: "/var/tmp").wait()
    }

    /// The path of a file in it.
    package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Runs a bash script in it; throws with all it said unless every command of it succeeds.
    @discardableResult
    package func sh(_ script: String, seconds: Double = 120) throws -> String {
        let functions = self(".functions")
        if access(functions, R_OK) != 0 { try Disk.write(Array(Tools.functions.utf8), to: functions) }
        let outcome = try Child(["bash", "-euo", "pipefail", "-c", ". ./.functions\n" + script], in: path)
            .wait(seconds: seconds)
        guard outcome.status == 0 else { throw HarnessError("\(outcome)") }
        return String(outcome.output.reversed().drop { $0.isNewline }.reversed())
    }

    /// A loop device over one of its files; detached with the directory.
    package func loop(_ file: String, _ options: String = "") throws -> String {
        try sh("losetup --find --show \(options) '\(file)'")
    }

    package func read(_ name: String) throws -> [UInt8] { try Disk.read(self(name)) }
}

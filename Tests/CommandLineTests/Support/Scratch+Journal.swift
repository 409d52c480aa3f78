import Foundation
import ProgramHarness

/// What was fed into a host's timeline.
struct Fed {
    /// What the feeder's seconds count from.
    let start: Date
    /// After each line of the script: "@2.17", as --at takes it.
    let positions: [String]

    /// A time as --at takes it, that many seconds after the start.
    func at(_ seconds: Double) -> String {
        start.addingTimeInterval(seconds).formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: seconds != seconds.rounded()))
    }
}

extension Scratch {
    /// Writes journals into a host's timeline by a script of lifeboat-feeder.
    @discardableResult
    func feed(_ script: [String], to repository: String = "repository", host: String = "web01") throws -> Fed {
        try Disk.write(Array((script.joined(separator: "\n") + "\n").utf8), to: self("script"))
        let lines = try sh("'\(Program.feeder)' '\(repository)' \(host) < script; rm script")
            .split(separator: "\n").map(String.init)
        guard lines.count == script.count + 1 else { throw HarnessError("The feeder says \(lines)") }
        let positions = lines.dropFirst().map { line in
            "@" + line.split(separator: ".").map { "\(UInt64($0) ?? 0)" }.joined(separator: ".")
        }
        return Fed(start: try Date(lines[0], strategy: .iso8601), positions: positions)
    }
}

import Buffers
import Foundation
import LinuxSystem
import ProgramHarness
import Repository
import RepositoryFormat

/// `lifeboat-feeder REPOSITORY HOST [FINGERPRINT] < script`: writes journals into a host's timeline as an agent would.
/// REPOSITORY is a directory, or the URL of a server with this FINGERPRINT; its token is taken from LIFEBOAT_TOKEN. One command
/// a line:
///
///     write SECONDS DISK OFFSET LENGTH SEED      Disk.random(LENGTH, seed: SEED)
///     zero SECONDS DISK OFFSET LENGTH            also: discard
///     tick SECONDS                               nothing was written until then
///     mark frozen|clean|scan|label [TEXT]        the present position
///     gap agent|degraded|host                    states are not known from here on
///     endgap SECONDS                             … until here
///     publish                                    a segment ends here; also at the end
///     rollup                                     once without waiting for the time of day; in a directory
///     wait SECONDS                               so long nothing happens, on the clock on the wall
///
/// SECONDS count from the newest state that the timeline has when it starts, rounded up to a whole second; they may have a
/// fraction. That instant is printed first, in ISO 8601; then for every line the position after it.
@main
enum Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard (3...4).contains(arguments.count) else {
            fatalError("usage: lifeboat-feeder REPOSITORY HOST [FINGERPRINT]")
        }
        let access = try RepositoryAccess(
            token: ProcessInfo.processInfo.environment["LIFEBOAT_TOKEN"],
            fingerprint: arguments.count == 4 ? arguments[3] : nil, caFile: nil)
        let repository = try Repository.open(
            try StoreLocation.open(arguments[1], access: access, writing: true))
        let timeline = try repository.timeline(of: arguments[2])
        let newest = timeline.range?.newest ?? Clocks.utcNanoseconds
        let start = (newest + 999_999_999) / 1_000_000_000 * 1_000_000_000
        var options = JournalWriter.Options(program: "feeder")
        options.interval = .max
        options.rollsUp = false
        // Within the longer scripts of the tests, several times.
        options.leaseLength = 2_000_000_000
        var feeder = Feeder(writer: try JournalWriter(timeline, options: options), start: start)
        print(Timestamp.text(ofNanoseconds: start))
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            guard !words.isEmpty else { continue }
            if words[0] == "rollup" {
                try feeder.writer.publish()
                let current = try repository.timeline(of: arguments[2])
                try RollUp(HistoryPublisher(current), program: "feeder").run()
            } else {
                try feeder.take(words)
            }
            print(feeder.writer.position)
        }
        try feeder.writer.publish()
    }
}

/// Follows a script line by line.
struct Feeder {
    let writer: JournalWriter
    /// Nanoseconds since 1970, UTC.
    let start: Int64

    mutating func take(_ words: [String]) throws {
        func number(_ index: Int) -> UInt64 {
            guard words.indices.contains(index), let value = UInt64(words[index]) else { fatalError("\(words)") }
            return value
        }
        switch words[0] {
        case "write":
            let bytes = AlignedBuffer(capacity: Int(number(4)))
            bytes.all.withMutableBytes { $0.copyBytes(from: Disk.random($0.count, seed: number(5))) }
            try writer.write(time: time(words[1]), disk: UInt32(number(2)), offset: number(3), bytes.all)
        case "zero", "discard":
            try writer.clear(
                words[0] == "zero" ? .zero : .discard, time: time(words[1]), disk: UInt32(number(2)),
                offset: number(3), length: number(4))
        case "tick": try writer.tick(time: time(words[1]))
        case "mark":
            let kinds: [String: Mark.Kind] = [
                "frozen": .frozen, "clean": .cleanShutdown, "scan": .endOfScan, "label": .label,
            ]
            guard let kind = kinds[words[1]] else { fatalError("\(words)") }
            try writer.mark(kind, label: words.dropFirst(2).joined(separator: " "))
        case "gap":
            let reasons: [String: Gap.Reason] = ["agent": .agentOff, "degraded": .degraded, "host": .hostOff]
            guard let reason = reasons[words[1]] else { fatalError("\(words)") }
            try writer.beginGap(reason)
        case "endgap": try writer.endGap(time: time(words[1]))
        case "publish": try writer.publish()
        case "wait": Clocks.sleep(nanoseconds: number(1) * 1_000_000_000)
        default: fatalError("\(words)")
        }
    }

    private func time(_ seconds: String) -> Int64 {
        guard let value = Double(seconds) else { fatalError("\(seconds) are no seconds") }
        return start + Int64(value * 1e6) * 1_000
    }
}

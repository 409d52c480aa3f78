import Digests
import LinuxSystem
import Repository
import RepositoryFormat

/// Opens moments of a long timeline, each in a fresh process with a cold cache, and says what it took.
struct Measure {
    let path: String

    /// Opens the moment at a time ("latest" too) and looks up some places; prints milliseconds and peak memory.
    func open(_ text: String) throws {
        guard let expression = TimeExpression(text) else { fatalError("\(text) is no time") }
        let began = Clocks.monotonicNanoseconds
        let repository = try Repository.open(DirectoryStore(path))
        let timeline = try repository.timeline(of: Generator.host)
        let listed = Clocks.monotonicNanoseconds
        let moment = try timeline.moment(at: expression, now: Clocks.utcNanoseconds)
        let view = try View(repository, timeline: timeline, moment: moment)
        let opened = Clocks.monotonicNanoseconds
        var workload = Workload(seed: 99)
        var found = 0
        for _ in 0..<100 {
            let start = workload.next() % (Workload.diskBytes / 512 - 2_048)
            try view.extents(of: view.root.disks[0], in: start..<start + 8) { _ in found += 1 }
        }
        let looked = Clocks.monotonicNanoseconds
        func milliseconds(_ from: UInt64, _ to: UInt64) -> String { "\((to - from) / 10_000)".asHundredths }
        print(
            "{\"at\": \"\(Timestamp.text(ofNanoseconds: moment.time))\", \"list_ms\": \(milliseconds(began, listed)), "
                + "\"open_ms\": \(milliseconds(began, opened)), \"lookups_ms\": \(milliseconds(opened, looked)), "
                + "\"layers\": \(timeline.history.path(to: moment.position)?.layers.count ?? 0), \"peak_mib\": \(peak())}"
        )
    }

    /// Walks all extents of the moment; prints their number, seconds and peak memory.
    func walk(_ text: String) throws {
        guard let expression = TimeExpression(text) else { fatalError("\(text) is no time") }
        let began = Clocks.monotonicNanoseconds
        let repository = try Repository.open(DirectoryStore(path))
        let timeline = try repository.timeline(of: Generator.host)
        let moment = try timeline.moment(at: expression, now: Clocks.utcNanoseconds)
        let view = try View(repository, timeline: timeline, moment: moment)
        var counts: [UInt64] = [0, 0, 0, 0]
        try view.extents(of: view.root.disks[0]) { counts[Int($0.kind.rawValue)] += 1 }
        let seconds = Double(Clocks.monotonicNanoseconds - began) / 1e9
        print(
            "{\"extents\": \(counts.reduce(0, +)), \"data\": \(counts[0]), \"seconds\": \(seconds), \"peak_mib\": \(peak())}"
        )
    }

    private func peak() -> Int {
        // The line is always there on Linux; without it there is nothing to print.
        let status = (try? Files.contents(of: "/proc/self/status")) ?? []
        let text = String(decoding: status, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 / 1_024 } ?? 0
    }
}

extension String {
    /// "1234" → "12.34".
    fileprivate var asHundredths: String {
        let digits = String(repeating: "0", count: max(0, 3 - count)) + self
        return "\(digits.dropLast(2)).\(digits.suffix(2))"
    }
}

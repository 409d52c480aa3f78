/// Recognizes readers that go through a disk in order, among requests of several of them that come a little out of order.
struct ViewReaderStreams: Sendable {
    private struct Stream {
        var disk: UInt32
        /// Where the next request is expected.
        var next: UInt64
        /// Up to where was fetched ahead.
        var ahead: UInt64
        var requests: Int
        var used: UInt64
    }

    /// nbdcopy has four connections, each with a part of the disk of its own.
    private static let most = 8
    /// Several requests of one reader are under way at once and overtake each other.
    private static let slack: UInt64 = 2 << 20
    /// Fetched ahead at a time, so that most requests ask for nothing.
    static let step: UInt64 = 1 << 20

    private let depth: UInt64
    private var streams: [Stream] = []
    private var clock: UInt64 = 0

    init(depth: Int) { self.depth = UInt64(depth) }

    /// Takes note of a request and says what to fetch ahead because of it.
    mutating func note(_ disk: UInt32, _ range: Range<UInt64>, diskSize: UInt64) -> Range<UInt64>? {
        guard depth > 0 else { return nil }
        clock += 1
        guard let index = streams.firstIndex(where: { $0.disk == disk && Self.continues($0.next, range.lowerBound) })
        else {
            begin(disk, range)
            return nil
        }
        var stream = streams[index]
        stream.next = max(stream.next, range.upperBound)
        stream.requests += 1
        stream.used = clock
        defer { streams[index] = stream }
        let from = max(stream.ahead, stream.next)
        let to = min(stream.next + depth, diskSize)
        guard stream.requests > 2, from < to, to - from >= Self.step || to == diskSize else { return nil }
        stream.ahead = to
        return from..<to
    }

    private static func continues(_ next: UInt64, _ start: UInt64) -> Bool {
        start <= next ? next - start <= slack : start - next <= slack
    }

    private mutating func begin(_ disk: UInt32, _ range: Range<UInt64>) {
        let stream = Stream(
            disk: disk, next: range.upperBound, ahead: range.upperBound, requests: 1, used: clock)
        guard streams.count == Self.most else {
            streams.append(stream)
            return
        }
        if let oldest = streams.indices.min(by: { streams[$0].used < streams[$1].used }) { streams[oldest] = stream }
    }
}

import Buffers
import Synchronization
import Transfer

/// Bytes that differ from place to place, ASCII so that they can stand in a chunked body.
func sample(_ count: Int) -> [UInt8] {
    var state: UInt32 = 0x9E37_79B9
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(ascii: "a") + UInt8((state >> 24) % 26)
    }
}

extension HTTPClient {
    /// The bytes in `range` as an array. The slice starts out as "!", which no sample holds.
    func bytes(_ url: String, _ range: Range<UInt64>) throws -> [UInt8] {
        let slice = AlignedBuffer(capacity: range.count).all
        slice.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "!")) }
        try get(HTTPAddress(url), range: range, into: slice)
        return slice.withBytes { Array($0) }
    }
}

/// The error that `body` throws, or nil.
func failure(_ body: () throws -> Void) -> TransferError? {
    do {
        try body()
        return nil
    } catch {
        return error as? TransferError
    }
}

/// Collects what an observer is told.
final class Notices: Sendable {
    let all = Mutex<[RetryNotice]>([])
    func add(_ notice: RetryNotice) { all.withLock { $0.append(notice) } }
    var reasons: [String] { all.withLock { $0.map(\.reason) } }
}

/// Says stop once told to.
final class StopSign: Sendable {
    private let state = Mutex(false)
    var isUp: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}

extension RetryPolicy {
    /// Quick enough for a test, patient enough for a loaded machine.
    static let brisk = RetryPolicy(
        patience: .seconds(20), firstWait: .milliseconds(5), longestWait: .milliseconds(20))
    /// Gives up after the second attempt.
    static let hasty = RetryPolicy(patience: .zero, firstWait: .milliseconds(5), longestWait: .milliseconds(5))
}

package import Buffers
internal import Glibc
internal import Synchronization

/// Reads and sends objects over HTTP(S) with libcurl. Any number of threads; every call blocks its thread until the answer is
/// there, an error is final, or patience is over.
///
/// Connections are kept alive and reused. Answers are taken as they are: no content encoding, no cookies, no proxy
/// but that of its options, redirects within the same protocol only. What a retry can mend (name, route, connection, stall, 5xx, 429) is
/// tried again as `retry` says, with a notice to `observer` each time. What arrives is not trusted: callers verify.
package final class HTTPClient: Sendable {
    private let options: HTTPOptions
    private let shouldStop: @Sendable () -> Bool
    private let observer: (@Sendable (RetryNotice) -> Void)?
    private let policy: Mutex<RetryPolicy>
    private let idle = Mutex<[HTTPConnection]>([])

    /// A restore keeps about this many requests in flight; more connections than that are closed after use.
    private static let mostIdleConnections = 16

    /// `shouldStop` is asked from all threads, about once a second and whenever bytes arrive; true makes every call
    /// throw `interrupted`. `observer` is called on the thread that waits.
    package init(
        options: HTTPOptions = HTTPOptions(), retry: RetryPolicy = .preflight,
        shouldStop: @escaping @Sendable () -> Bool = { false },
        observer: (@Sendable (RetryNotice) -> Void)? = nil
    ) {
        self.options = options
        self.shouldStop = shouldStop
        self.observer = observer
        policy = Mutex(retry)
    }

    /// Holds for requests that start from now on.
    package var retry: RetryPolicy {
        get { policy.withLock { $0 } }
        set { policy.withLock { $0 = newValue } }
    }

    /// The whole object. Throws `wrongLength` when it is longer than `limit` bytes, without reading it all.
    /// `revalidate` makes caches on the way ask the server: for objects that are replaced.
    package func get(
        _ address: HTTPAddress, limit: Int, revalidate: Bool = false
    ) throws(TransferError) -> [UInt8] {
        try run(HTTPRequest(address: address, body: .whole(limit: limit), revalidate: revalidate)).collected
    }

    /// Exactly the bytes in `range`, which fill `slice` (as long as the range, not empty). After a lost connection goes
    /// on where it broke. On an error the slice's content is undefined. Throws `wrongLength` when the object ends
    /// earlier, `notPartial` when the server would send the whole of a longer object.
    package func get(
        _ address: HTTPAddress, range: Range<UInt64>, into slice: BufferSlice
    ) throws(TransferError) {
        precondition(range.count == slice.count && slice.count > 0, "\(range) into \(slice.count) bytes")
        _ = try run(HTTPRequest(address: address, body: .part(range: range, into: slice)))
    }

    /// Length and entity tag, without the body (HEAD).
    package func head(_ address: HTTPAddress) throws(TransferError) -> ObjectFacts {
        let head = try run(HTTPRequest(address: address, body: .none)).head
        return ObjectFacts(length: head.contentLength, etag: head.etag)
    }

    /// Sends bytes and gives the answer, whose body has at most `limit` bytes. Tried again like everything else, so the
    /// request must do no harm when it arrives twice. Throws `conflict`, `refused`, `noRoom` with what the server said.
    package func send(
        _ upload: HTTPUpload, to address: HTTPAddress, headers: [String] = [], limit: Int = 64 << 10
    ) throws(TransferError) -> HTTPAnswer {
        let reader = try run(
            HTTPRequest(address: address, body: .upload(upload, limit: limit), headers: headers))
        return HTTPAnswer(status: reader.head.status, body: reader.collected)
    }

    /// Sends bytes, and hands out the lines of the answer (without their ends, at most `lineLimit` bytes each) as they come, on
    /// this thread, until it ends. Tried again only before the answer begins: `isUnderWay` of the error says whether it had.
    package func stream(
        _ upload: HTTPUpload, to address: HTTPAddress, lineLimit: Int,
        take: @escaping @Sendable ([UInt8]) -> Void
    ) throws(TransferError) {
        _ = try run(HTTPRequest(address: address, body: .stream(upload, lineLimit: lineLimit, take: take)))
    }

    private func run(_ first: HTTPRequest) throws(TransferError) -> ResponseReader {
        var request = first
        let start = ContinuousClock.now
        var schedule = RetrySchedule(policy: retry, start: start)
        while !shouldStop() {
            let connection = takeConnection()
            let (reader, failure) = connection.run(request)
            giveBack(connection)
            guard let failure else { return reader }
            guard failure.mayPass, !reader.isUnderWay else {
                throw TransferError(
                    failure.code, url: request.address.description, reason: failure.reason,
                    status: reader.head.status, answer: reader.failure == nil ? [] : reader.collected,
                    isUnderWay: reader.isUnderWay)
            }
            if let rest = request.remainder(after: reader) {
                request = rest
                schedule.progressed(at: .now)
            }
            let action = schedule.failed(
                at: .now, random: Double.random(in: 0..<1), atLeast: failure.retryAfter)
            guard case .wait(let wait) = action else {
                let spent = "\(schedule.attempts) attempts in \((ContinuousClock.now - start).components.seconds) s"
                throw TransferError(
                    failure.code, url: request.address.description, reason: "\(failure.reason) (\(spent))")
            }
            observer?(
                RetryNotice(
                    attempt: schedule.attempts, reason: failure.reason, wait: wait,
                    url: request.address.description))
            pause(for: wait)
        }
        throw TransferError(.interrupted, url: request.address.description, reason: "interrupted")
    }

    /// Sleeps, but not beyond an interrupt.
    private func pause(for wait: Duration) {
        let end = ContinuousClock.now + wait
        while !shouldStop() {
            let left = end - .now
            guard left > .zero else { return }
            // An operator who presses a key does not notice a twentieth of a second.
            let nap = min(left, .milliseconds(50))
            var time = timespec(tv_sec: 0, tv_nsec: Int(nap.components.attoseconds / 1_000_000_000))
            nanosleep(&time, nil)
        }
    }

    /// The connection used last is the likeliest to be open still.
    private func takeConnection() -> HTTPConnection {
        idle.withLock { $0.popLast() } ?? HTTPConnection(options: options, shouldStop: shouldStop)
    }

    private func giveBack(_ connection: HTTPConnection) {
        idle.withLock { if $0.count < Self.mostIdleConnections { $0.append(connection) } }
    }
}

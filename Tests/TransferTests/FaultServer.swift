import Foundation
import Synchronization

/// A web server on 127.0.0.1 that serves one object under every path and does the next fault of its script for each
/// request; when the script is over it serves as it should. One thread per connection; ends when it goes away.
final class FaultServer: Sendable {
    enum Step: Sendable {
        /// As it should: whole or part, HEAD too.
        case serve
        /// Promises all and closes after so many bytes of the body.
        case drop(after: Int)
        /// Sends so many bytes of the body and then nothing, for ever.
        case stall(after: Int)
        /// Ends a chunked body early, but properly.
        case endChunks(after: Int)
        /// Resets the connection instead of answering.
        case reset
        /// 200 and the whole object, whatever was asked.
        case ignoreRange
        /// The bytes asked for, under this Content-Range.
        case contentRange(String)
        /// As it should, with one more header line.
        case header(String)
        /// This status line and these header lines, no body.
        case answer(String, [String])
        /// Just these bytes, then closes.
        case raw(String)
    }

    struct Request: Sendable {
        let method: String
        let path: String
        let headers: [String: String]
    }

    struct State: Sendable {
        var script: [Step]
        var requests: [Request] = []
        var connections: [Int32] = []
        var accepted = 0
        var bodyBytesSent = 0
        var isOver = false
    }

    let object: [UInt8]
    let port: UInt16
    let state: Mutex<State>
    private let listener: Int32

    init(object: [UInt8], script: [Step]) throws {
        self.object = object
        state = Mutex(State(script: script))
        (listener, port) = try Loopback.listen()
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { break }
                self.start(connection)
            }
            close(listener)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        // The threads close them.
        state.withLock { for connection in $0.connections { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }

    private func start(_ connection: Int32) {
        state.withLock {
            $0.connections.append(connection)
            $0.accepted += 1
        }
        let object = object
        Thread.detachNewThread { [weak self] in
            var line = FaultLine(connection: connection, object: object)
            while let request = line.readRequest() {
                guard let step = self?.next(request) else { break }
                let goOn = line.answer(request, step)
                self?.state.withLock { $0.bodyBytesSent += line.takeSent() }
                guard goOn else { break }
            }
            // Out of the list first: the number may be given to another connection as soon as it is closed.
            self?.state.withLock { $0.connections.removeAll { $0 == connection } }
            close(connection)
        }
    }

    private func next(_ request: Request) -> Step {
        state.withLock {
            $0.requests.append(request)
            return $0.script.isEmpty ? .serve : $0.script.removeFirst()
        }
    }
}

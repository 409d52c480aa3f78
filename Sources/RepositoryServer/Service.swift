internal import Digests
internal import FoundationEssentials
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Repository
internal import RepositoryFormat

/// Everything between a request and its answer: who asks, whether that is allowed, what is done.
struct Service: Sendable {
    let repository: Repository
    let store: DirectoryStore
    let objects: ObjectResponder
    let gate: Gate
    /// Nil on a server that takes no captures.
    let captures: Captures?
    let prunes: Prunes
    let reports: ReportFolder
    /// Whether reports are taken from who only reads.
    let takesReports: Bool
    /// Name and version, for heads.
    let program: String
    let logger: Logger

    /// What a server needs to take captures.
    struct Captures: Sendable {
        let dedup: DedupIndex
        let leases: Leases
        let rollUps: RollUps
    }

    /// Stops what works on its own, at the next point where it can.
    @Sendable func endWork() {
        prunes.end()
        captures?.rollUps.end()
    }

    /// Runs `body` and turns what it throws into an answer; refusals are logged.
    func answer(
        _ request: Request, _ context: ServerContext, _ body: (Party) async throws -> Response
    ) async throws -> Response {
        var party: Party?
        do {
            let admitted = try gate.party(of: request)
            party = admitted
            return try await body(admitted)
        } catch let error as HTTPError {
            throw error
        } catch {
            let refusal = Refusal(error)
            // A head whose number another publisher was faster to take is no trouble: its writer goes on from there.
            logger.log(
                level: refusal.status == .preconditionFailed ? .notice : .warning, "refused",
                metadata: [
                    "token": "\(party?.name ?? Self.claimedToken(request))", "peer": "\(context.peer)",
                    "method": "\(request.method.rawValue)", "name": "\(Self.printable(request.uri.path))",
                    "status": "\(refusal.status.rawValue)", "reason": "\(Self.printable(refusal.message))",
                ])
            return try await response(refusal, request, context)
        }
    }

    /// The id that a request claims, for the log; its secret stays out of it.
    private static func claimedToken(_ request: Request) -> String {
        guard let word = request.headers[.authorization]?.split(separator: " ").last, let (id, _) = Token.parse(word)
        else { return "none" }
        return "\(printable(String(id.prefix(16)))) (not valid)"
    }

    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(400).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }

    /// Bodies up to here are read to their end after a refusal, so that the client gets to see the answer.
    private static let drained: UInt64 = 64 << 20

    private func response(_ refusal: Refusal, _ request: Request, _ context: ServerContext) async throws -> Response {
        var response = Self.json(
            encodeJSON(ServiceErrorReport(code: refusal.code, message: refusal.message)),
            status: HTTPResponse.Status(code: refusal.status.rawValue))
        if refusal.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        let length = request.headers[.contentLength].map { UInt64($0) ?? .max } ?? 0
        let isChunked = request.headers[.transferEncoding] != nil
        if length > Self.drained || isChunked {
            response.headers[.connection] = "close"
            let channel = context.channel
            // Behind the answer: nobody reads the rest of a body that may have no end.
            channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
        }
        return response
    }

    static func json(_ bytes: [UInt8], status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Runs what waits for the disk on a thread that may wait.
    static func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}

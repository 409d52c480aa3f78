internal import Digests
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Repository
internal import RepositoryFormat

extension Service {
    /// `POST /api/v1/hosts/NAME/captures`
    func begin(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await writing(request, context) { captures, host in
            let session = try await Self.blocking { try captures.leases.begin(host: host) }
            logger.notice("capture begins", metadata: ["host": "\(host)", "peer": "\(context.peer)"])
            return Self.json(encodeJSON(session), status: .created)
        }
    }

    /// `DELETE /api/v1/hosts/NAME/captures/ID`
    func end(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await writing(request, context) { captures, host in
            let id = try context.parameters.require("id")
            try await Self.blocking { try captures.leases.end(captures.leases.lease(capture: id, host: host)) }
            return Response(status: .noContent)
        }
    }

    /// `POST /api/v1/hosts/NAME/chunks`
    func chunks(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await writing(request, context) { captures, host in
            let lease = try captures.leases.lease(capture: Self.capture(request), host: host)
            let limit = UInt64(KnownChunks.limit * Digest.byteCount)
            let question = try await collect(request, length: Self.length(request, limit: limit))
            let identities = try KnownChunks.decode(question: question)
            let answer = try await Self.blocking {
                KnownChunks.encode(answer: try captures.dedup.known(identities, host: lease.host))
            }
            return Response(
                status: .ok, headers: [.contentType: "application/octet-stream", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer)))
        }
    }

    /// `PUT /<object>`
    func put(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer(request, context) { party in
            let captures = try takesCaptures()
            let name = String(request.uri.path.drop { $0 == "/" })
            guard let upload = UploadName(name) else {
                throw Refusal.forbidden("Objects of this name are not taken from clients.")
            }
            guard let host = try Self.host(party, upload, captures, Self.capture(request)) else {
                throw Refusal.forbidden("The token does not allow to store this object.")
            }
            let lease = try captures.leases.lease(capture: Self.capture(request), host: host)
            guard upload.host == nil || upload.host == lease.host else {
                throw Refusal.forbidden("The object belongs to another host.")
            }
            let length = try Self.length(request, limit: upload.limit)
            let check = UploadCheck(repository: repository, store: store, dedup: captures.dedup, lease: lease)
            let isNew: Bool
            if upload.isStaged {
                let object = try await stage(request, name, length: length, lease)
                isNew = try await Self.blocking { try check.take(upload, name, object) }
            } else {
                let bytes = try await collect(request, length: length)
                isNew = try await Self.blocking { try check.take(upload, name, bytes) }
            }
            if case .head = upload { captures.rollUps.note(host: host) }
            return Response(status: isNew ? .created : .noContent)
        }
    }

    private func takesCaptures() throws -> Captures {
        guard let captures else {
            throw Refusal(
                .methodNotAllowed, "read-only",
                "This server only reads: it has no tokens. Make one with \"lifeboat token add\".")
        }
        return captures
    }

    private func writing(
        _ request: Request, _ context: ServerContext, _ body: (Captures, String) async throws -> Response
    ) async throws -> Response {
        try await answer(request, context) { party in
            let captures = try takesCaptures()
            let host = try Self.name(context)
            guard party.captures(host: host) else {
                throw Refusal.forbidden("The token does not allow to capture host \(host).")
            }
            return try await body(captures, host)
        }
    }

    /// The host that a request writes for: that of its token, or, for an administrator, that of the capture.
    private static func host(
        _ party: Party, _ upload: UploadName, _ captures: Captures, _ capture: String?
    ) throws -> String? {
        guard case .token(let token) = party else { return nil }
        switch token.scope {
        case .capture: return token.hosts.first
        case .admin: return captures.leases.hostName(ofCapture: capture)
        case .restore: return nil
        }
    }

    private static func capture(_ request: Request) -> String? {
        HTTPField.Name(CaptureSession.header).flatMap { request.headers[$0] }
    }

    /// What a request says it sends; never more than `limit`.
    static func length(_ request: Request, limit: UInt64) throws -> UInt64 {
        guard let header = request.headers[.contentLength], request.headers[.transferEncoding] == nil else {
            throw Refusal(.lengthRequired, "length-needed", "The request must say how many bytes it sends.")
        }
        guard let length = UInt64(header), length <= limit else {
            throw Refusal(
                .contentTooLarge, "too-long", "\(header.prefix(24)) bytes are more than the \(limit) that are possible."
            )
        }
        return length
    }

    func collect(_ request: Request, length: UInt64) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        // Memory is taken as bytes arrive, not as they are promised.
        for try await part in request.body {
            guard UInt64(bytes.count + part.readableBytes) <= length else { break }
            bytes.append(contentsOf: part.readableBytesView)
        }
        guard UInt64(bytes.count) == length else { throw Self.cutOff(UInt64(bytes.count), length) }
        return bytes
    }

    /// Bytes that are gathered before they are written.
    private static let pieceLength = 1 << 20

    private func stage(_ request: Request, _ name: String, length: UInt64, _ lease: Lease) async throws -> StagedObject
    {
        let object = try await Self.blocking { try store.stage(name) }
        var piece: [UInt8] = []
        piece.reserveCapacity(Self.pieceLength)
        for try await part in request.body {
            piece.append(contentsOf: part.readableBytesView)
            guard piece.count >= Self.pieceLength else { continue }
            let full = piece
            try await Self.blocking { try object.append(full) }
            try lease.use()
            piece.removeAll(keepingCapacity: true)
        }
        let rest = piece
        try await Self.blocking { try object.append(rest) }
        guard object.count == length else { throw Self.cutOff(object.count, length) }
        return object
    }

    private static func cutOff(_ count: UInt64, _ length: UInt64) -> Refusal {
        .malformed("\(count) bytes came of \(length) that were announced.")
    }
}

internal import Digests
internal import Hummingbird
internal import Repository
internal import RepositoryFormat

/// Answers requests for objects of the tree.
struct ObjectResponder: Sendable {
    let store: DirectoryStore
    private let files = FileIO()

    init(store: DirectoryStore) { self.store = store }

    func respond(to request: Request, context: some RequestContext, for party: Party) async throws -> Response {
        let name = String(request.uri.path.drop { $0 == "/" })
        var response =
            try await ServedObject.isMutable(name)
            ? pointer(name, request, party) : immutable(name, request, context)
        // What was read with a token must not be given to others by a cache on the way.
        if case .token = party, let control = response.headers[.cacheControl] {
            response.headers[.cacheControl] = control.replacing("public", with: "private")
            response.headers[.vary] = "Authorization"
        }
        return response
    }

    /// A small object that is replaced in place: read whole, so that an answer is never half old and half new.
    private func pointer(_ name: String, _ request: Request, _ party: Party) throws -> Response {
        var bytes: [UInt8]
        do {
            bytes = try store.read(name, limit: Limits.jsonObject)
        } catch { throw HTTPError(error.code == .notFound ? .notFound : .internalServerError) }
        if name == ObjectName.hosts, !party.seesAll {
            var list = try HostList.decode(bytes)
            list.hosts.removeAll { !party.sees(host: $0.name) }
            bytes = encodeJSON(list)
        }
        let tag = "\"\(SHA256.digest(of: bytes).hex)\""
        var headers = common(tag, type: "application/json", cache: "no-cache")
        if matches(request, tag) { return Response(status: .notModified, headers: headers) }
        switch range(request, length: UInt64(bytes.count), tag: tag) {
        case .whole:
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .unsatisfiable: return unsatisfiable(length: UInt64(bytes.count))
        case .part(let part):
            headers[.contentRange] = contentRange(part, of: UInt64(bytes.count))
            let slice = bytes[Int(part.lowerBound)..<Int(part.upperBound)]
            return Response(
                status: .partialContent, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: slice)))
        }
    }

    /// An object that never changes under its name: streamed from the file.
    private func immutable(_ name: String, _ request: Request, _ context: some RequestContext) async throws -> Response
    {
        let found: UInt64?
        do { found = try store.length(of: name) } catch { throw HTTPError(.internalServerError) }
        guard let length = found else { throw HTTPError(.notFound) }
        // The name is unique for ever, and the length tells a copy that was cut off from the whole.
        let tag = "\"\(SHA256.digest(of: Array("\(name) \(length)".utf8)).hex.prefix(32))\""
        var headers = common(tag, type: "application/octet-stream", cache: "public, max-age=31536000, immutable")
        if matches(request, tag) { return Response(status: .notModified, headers: headers) }
        let path = store.path(of: name)
        switch range(request, length: length, tag: tag) {
        case .whole:
            return Response(status: .ok, headers: headers, body: try await files.loadFile(path: path, context: context))
        case .unsatisfiable: return unsatisfiable(length: length)
        case .part(let part):
            headers[.contentRange] = contentRange(part, of: length)
            let body = try await files.loadFile(
                path: path, range: Int(part.lowerBound)...Int(part.upperBound - 1), context: context,
                chunkLength: 512 << 10)
            return Response(status: .partialContent, headers: headers, body: body)
        }
    }

    private func common(_ tag: String, type: String, cache: String) -> HTTPFields {
        [.eTag: tag, .contentType: type, .cacheControl: cache, .acceptRanges: "bytes"]
    }

    /// The weak comparison of RFC 9110, section 13.1.2: a proxy on the way may have made the tag weak.
    private func matches(_ request: Request, _ tag: String) -> Bool {
        guard let asked = request.headers[.ifNoneMatch] else { return false }
        return asked == "*"
            || asked.split(separator: ",").contains { part in
                let word = part.split(separator: " ").first ?? ""
                return word == tag || word == "W/\(tag)"
            }
    }

    /// A range counts only for the version that `If-Range` names.
    private func range(_ request: Request, length: UInt64, tag: String) -> ByteRange {
        if let condition = request.headers[.ifRange], condition != tag { return .whole }
        return ByteRange(header: request.headers[.range], length: length)
    }

    private func contentRange(_ part: Range<UInt64>, of length: UInt64) -> String {
        "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(length)"
    }

    private func unsatisfiable(length: UInt64) -> Response {
        Response(status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(length)"])
    }
}

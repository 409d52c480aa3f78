internal import Foundation
internal import Hummingbird
package import Logging
internal import Repository
internal import RepositoryFormat
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// The repository over HTTP: its objects with ranges, health, and lists of hosts and moments (docs/http-api.md).
package enum RepositoryServer {
    /// How long requests under way may take after a signal. Long enough for what a restore has in flight, and shorter than
    /// service managers wait before they kill; a reader that stopped reading must not keep the server for ever.
    private static let patience = Duration.seconds(15)

    /// Serves until SIGTERM or SIGINT, then lets requests under way finish, for at most 15 seconds. `started` gets the port
    /// that was bound.
    ///
    /// Throws when the repository cannot be opened (`RepositoryError`) or the address cannot be bound (`ServerError`).
    package static func run(
        _ options: ServerOptions, logger: Logger, started: @escaping @Sendable (Int) -> Void
    ) async throws {
        let repository = try Repository.open(options.store)
        let isServing = Atomic<Bool>(false)
        let application = Application(
            router: router(repository, options.store),
            server: .http1(configuration: .init(additionalChannelHandlers: [LastBytesHandler()])),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port), serverName: options.program),
            onServerRunning: { channel in
                isServing.store(true, ordering: .relaxed)
                started(channel.localAddress?.port ?? options.port)
            },
            logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = patience
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch is CancellationError {
            logger.notice("ended before all requests were answered")
        } catch {
            guard !isServing.load(ordering: .relaxed) else { throw error }
            throw ServerError(
                "Cannot listen on \(options.host) port \(options.port): \(error). Nothing is served. "
                    + "Choose another address with --listen, or end the program that has this one.")
        }
    }

    private static func router(_ repository: Repository, _ store: DirectoryStore) -> Router<BasicRequestContext> {
        let router = Router(options: [.autoGenerateHeadEndpoints])
        let objects = ObjectResponder(store: store)
        router.get("/health") { _, _ in
            try response { HealthReport(repository: try checked(repository)) }
        }
        router.get("/api/v1/hosts") { _, _ in
            try response { try repository.hostSummaries() }
        }
        router.get("/api/v1/hosts/{name}") { _, context in
            let name = try context.parameters.require("name")
            return try response { TimelineSummary(try repository.timeline(of: name.removingPercentEncoding ?? name)) }
        }
        router.get("/**") { request, context in
            try await objects.respond(to: request, context: context)
        }
        return router
    }

    /// Reads what every client needs first, so that "ok" means a client could begin.
    private static func checked(_ repository: Repository) throws -> Repository {
        _ = try Repository.open(repository.store).hosts()
        return repository
    }

    /// A JSON answer, or the library's error as a status with its message.
    private static func response(_ body: () throws -> some Encodable) throws -> Response {
        do {
            return json(encodeJSON(try body()), status: .ok)
        } catch let error as RepositoryError {
            let status: HTTPResponse.Status =
                switch error.code {
                case .unknownHost: .notFound
                default: .internalServerError
                }
            return json(encodeJSON(ErrorReport(code: error.code.name, message: error.message)), status: status)
        }
    }

    private static func json(_ bytes: [UInt8], status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

private struct HealthReport: Encodable {
    var status = "ok"
    var repository: String
    var format: Int

    init(repository: Repository) {
        self.repository = repository.description.id.text
        format = repository.description.format
    }
}

private struct ErrorReport: Encodable {
    var code: String
    var message: String
}

internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
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
        let service = try service(options, repository, logger)
        let http = HTTPServerBuilder.http1(configuration: .init(additionalChannelHandlers: [LastBytesHandler()]))
        let isServing = Atomic<Bool>(false)
        let application = Application(
            router: router(service), server: try options.certificate.map { try $0.server(http) } ?? http,
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port), serverName: options.program),
            onServerRunning: { channel in
                isServing.store(true, ordering: .relaxed)
                started(channel.localAddress?.port ?? options.port)
            },
            logger: logger)
        let expiry = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(5))
                // A lease that cannot be dropped now is dropped at the next look.
                _ = try? await Service.blocking { try service.captures?.leases.expire() }
            }
        }
        defer { expiry.cancel() }
        var configuration = ServiceGroupConfiguration(
            // Told to end from the last to the first: what works for long stops while requests under way still finish.
            services: [application, EndingWork(logger: logger, end: service.endWork)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = patience
        try service.captures?.rollUps.start()
        defer { service.endWork() }
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

    private static func service(_ options: ServerOptions, _ repository: Repository, _ logger: Logger) throws -> Service
    {
        let tokens = TokenCache(TokenFile(options.state))
        var captures: Service.Captures?
        if try !tokens.tokens().isEmpty {
            try options.state.prepare()
            let dedup = try DedupIndex(path: options.state.chunks, repository: repository, store: options.store)
            let (added, removed) = try dedup.scan()
            logger.info("packs known", metadata: ["added": "\(added)", "removed": "\(removed)"])
            captures = Service.Captures(
                dedup: dedup,
                leases: Leases(repository, options.store, dedup, duration: options.leaseDuration),
                rollUps: RollUps(location: options.store.location, program: options.program, logger: logger))
        }
        return Service(
            repository: repository, store: options.store, objects: ObjectResponder(store: options.store),
            gate: Gate(tokens: tokens, allowsAnonymousReading: options.allowsAnonymousReading), captures: captures,
            prunes: Prunes(location: options.store.location, program: options.program),
            reports: ReportFolder(options.state), takesReports: options.takesReports,
            program: options.program, logger: logger)
    }

    private static func router(_ service: Service) -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: [.autoGenerateHeadEndpoints])
        router.get("/health") { request, context in
            try await service.health(request, context)
        }
        router.get("/api/v1/hosts") { request, context in try await service.hosts(request, context) }
        router.get("/api/v1/hosts/{name}") { request, context in try await service.timeline(request, context) }
        router.post("/api/v1/hosts/{name}/captures") { request, context in try await service.begin(request, context) }
        router.delete("/api/v1/hosts/{name}/captures/{id}") { request, context in
            try await service.end(request, context)
        }
        router.post("/api/v1/hosts/{name}/chunks") { request, context in try await service.chunks(request, context) }
        router.post("/api/v1/hosts/{name}/marks") { request, context in try await service.marks(request, context) }
        router.put("/api/v1/hosts/{name}/reports/{report}") { request, context in
            try await service.report(request, context)
        }
        router.post("/api/v1/prune") { request, context in try await service.prune(request, context) }
        router.get("/**") { request, context in try await service.object(request, context) }
        router.put("/**") { request, context in try await service.put(request, context) }
        return router
    }
}

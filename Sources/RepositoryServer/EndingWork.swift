internal import Logging
internal import ServiceLifecycle

/// Tells work that would outlast the server's patience when the server is to end.
struct EndingWork: ServiceLifecycle.Service {
    let logger: Logger
    let end: @Sendable () -> Void

    func run() async throws {
        // Cancelled where the server ends at once: then as well.
        defer {
            end()
            logger.notice("told to end")
        }
        try await gracefulShutdown()
    }
}

internal import ServiceLifecycle

/// Tells work that would outlast the server's patience when the server is to end.
struct EndingWork: ServiceLifecycle.Service {
    let end: @Sendable () -> Void

    func run() async throws {
        // Cancelled where the server ends at once: then as well.
        defer { end() }
        try await gracefulShutdown()
    }
}

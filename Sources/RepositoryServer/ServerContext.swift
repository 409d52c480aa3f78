internal import Hummingbird
internal import NIOCore

/// A request's context: who is at the other end.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    var peer: String { channel.remoteAddress?.ipAddress ?? "unknown" }
}

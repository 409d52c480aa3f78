internal import NIOCore

/// Closes a connection only when the kernel has taken all that was written to it, or after ten seconds.
///
/// When a server is to end, Hummingbird closes right behind the last part of a response (2.28,
/// `HTTPConnectionStateHandler`): what a slow reader left no room for would be dropped, and its download cut off.
final class LastBytesHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = NIOAny
    typealias OutboundOut = NIOAny

    /// A reader that takes nothing for so long does not take the rest either.
    private static let patience = TimeAmount.seconds(10)

    private var pendingWrites = 0
    /// The close that waits for them.
    private var close: (mode: CloseMode, promise: EventLoopPromise<Void>?)?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        pendingWrites += 1
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [self] _ in
            pendingWrites -= 1
            if pendingWrites == 0 { finish(context) }
        }
        context.write(data, promise: written)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard pendingWrites > 0, close == nil else {
            // A second wish to close is one of somebody who does not wait.
            context.close(mode: mode, promise: promise)
            return
        }
        close = (mode, promise)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [self] in finish(context) }
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard let close else { return }
        self.close = nil
        context.close(mode: close.mode, promise: close.promise)
    }
}

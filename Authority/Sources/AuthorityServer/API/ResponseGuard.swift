// SPDX-License-Identifier: GPL-3.0-or-later

internal import NIOCore
internal import NIOHTTPTypes

/// Ends a connection whose other end does not take its answer. The server's idle timeout waits as long as an answer is pending, so
/// without this such a connection would keep its place for ever.
///
/// What the system has in its own buffer counts as taken. While the answer is still being made nothing is held against the client.
final class ResponseGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Time between two looks.
    static let interval = TimeAmount.seconds(15)
    /// Looks one after the other that find nothing taken: a minute, after which a device gives up too.
    static let patience = 4
    /// Looks at one answer: a quarter of an hour. A device that is slower goes on with a range, where it was.
    static let longest = 60

    /// Requests that came to their end, less answers that did; below 0 while an answer came before the request's end.
    private var pending = 0
    private var looks = 0
    private var looksInVain = 0
    /// Bytes that waited to be taken at the last look, and whether more came since.
    private var waiting = 0
    private var hasMore = false
    private var next: Scheduled<Void>?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) {
            pending += 1
            if pending == 1 { begin(context) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        hasMore = true
        if case .end = unwrapOutboundIn(data) {
            pending -= 1
            // What is left of an answer without another request is the idle timeout's.
            if pending > 0 { begin(context) } else { stop() }
        }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    private func begin(_ context: ChannelHandlerContext) {
        stop()
        (looks, looksInVain, waiting, hasMore) = (0, 0, 0, false)
        schedule(context)
    }

    private func stop() {
        next?.cancel()
        next = nil
    }

    private func schedule(_ context: ChannelHandlerContext) {
        next = context.eventLoop.assumeIsolated().scheduleTask(in: ResponseGuard.interval) { self.look(context) }
    }

    private func look(_ context: ChannelHandlerContext) {
        let left = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let isStuck = left > 0 && left >= waiting && !hasMore
        looks += 1
        looksInVain = isStuck ? looksInVain + 1 : 0
        (waiting, hasMore) = (left, false)
        if looksInVain >= ResponseGuard.patience || looks >= ResponseGuard.longest {
            context.channel.close(promise: nil)
        } else {
            schedule(context)
        }
    }
}

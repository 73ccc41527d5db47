// SPDX-License-Identifier: GPL-3.0-or-later

internal import NIOCore
internal import NIOHTTPTypes

/// Ends a connection whose request does not come to its end in time, or never ends. It looks after what comes in; a connection on which
/// nothing comes is the server's idle timeout's.
final class RequestGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    /// From a request's head to its end; 64 KB in that time is four times what a modem of 1994 does.
    static let patience = TimeAmount.seconds(20)
    /// Bytes of a body after which nobody goes on reading. What is above the API's own limit is answered so; far above it is an attack.
    static let maximumBody = 1 << 20

    private var deadline: Scheduled<Void>?
    private var received = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            received = 0
            deadline?.cancel()
            let channel = context.channel
            deadline = context.eventLoop.scheduleTask(in: RequestGuard.patience) { channel.close(promise: nil) }
        case .body(let bytes):
            received += bytes.readableBytes
            if received > RequestGuard.maximumBody {
                context.close(promise: nil)
                return
            }
        case .end:
            deadline?.cancel()
            deadline = nil
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
    }
}

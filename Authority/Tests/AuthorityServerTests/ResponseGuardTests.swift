// SPDX-License-Identifier: GPL-3.0-or-later

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import AuthorityServer

/// A channel without a network: what is written to it and not taken waits, as it does for a client that does not read.
struct ResponseGuardTests {
    private let channel: EmbeddedChannel

    init() throws {
        channel = EmbeddedChannel(handlers: [AsBytes(), ResponseGuard()])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 9)).wait()
    }

    /// In the place of the HTTP encoder.
    private final class AsBytes: ChannelOutboundHandler {
        typealias OutboundIn = HTTPResponsePart
        typealias OutboundOut = ByteBuffer

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            let bytes =
                if case .body(let bytes) = unwrapOutboundIn(data) { bytes } else { ByteBuffer(string: "\r\n") }
            context.write(wrapOutboundOut(bytes), promise: promise)
        }
    }

    private func ask() throws {
        try channel.writeInbound(
            HTTPRequestPart.head(.init(method: .get, scheme: nil, authority: nil, path: "/v1/VN/bz/1.zip")))
        try channel.writeInbound(HTTPRequestPart.end(nil))
    }

    private func write(_ part: HTTPResponsePart) { channel.write(part, promise: nil) }
    private func writePiece() { write(.body(ByteBuffer(repeating: 7, count: 1000))) }
    private func take() { channel.flush() }
    private func pass(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }

    @Test func `a client that takes nothing of its answer is ended after a minute`() throws {
        try ask()
        write(.head(.init(status: .ok)))
        writePiece()
        pass(59)
        #expect(channel.isActive)
        pass(16)
        #expect(!channel.isActive)
    }

    @Test func `one that takes a little now and then is ended after a quarter of an hour`() throws {
        try ask()
        for _ in 0..<17 {
            writePiece()
            pass(50)
            #expect(channel.isActive)
            take()
        }
        writePiece()
        pass(51)
        #expect(!channel.isActive)
    }

    @Test func `an answer that is still being made is waited for`() throws {
        try ask()
        pass(300)
        #expect(channel.isActive)
        write(.head(.init(status: .ok)))
        write(.end(nil))
        take()
        pass(3600)
        #expect(channel.isActive, "from here on it is the idle timeout's")
    }

    @Test func `an answer before the request's end, and another request, confuse nothing`() throws {
        let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/v1/publish")
        try channel.writeInbound(HTTPRequestPart.head(head))
        write(.head(.init(status: .contentTooLarge)))
        write(.end(nil))
        take()
        try channel.writeInbound(HTTPRequestPart.end(nil))
        pass(3600)
        #expect(channel.isActive)
        try ask()
        try ask()
        write(.end(nil))
        take()
        writePiece()
        pass(59)
        #expect(channel.isActive)
        pass(16)
        #expect(!channel.isActive, "the second answer is not taken")
    }
}

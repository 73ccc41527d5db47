// SPDX-License-Identifier: GPL-3.0-or-later

package import Hummingbird
internal import NIOCore

/// What is known of a request besides its bytes.
package struct AuthorityContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Whom rates are counted for: the connection's other end, never a header, which anybody can write.
    let peer: String

    /// Bytes of a request's body at most, as Google's server has it.
    static let maximumBody = 65_536

    package var maxUploadSize: Int { AuthorityContext.maximumBody }

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = PeerName.of(source.channel.remoteAddress)
    }
}

/// Names the other end of a connection: an IPv4 address, or the 64 bits of an IPv6 address that belong to one household.
enum PeerName {
    static func of(_ address: SocketAddress?) -> String {
        guard let text = address?.ipAddress else { return "local" }
        return text.contains(":") ? prefix(of: text) : text
    }

    /// The first four groups of an IPv6 address in its usual text.
    static func prefix(of text: String) -> String {
        let bare = text.split(separator: "%").first.map(String.init) ?? text
        // An IPv4 address in IPv6 clothes counts as itself.
        if bare.contains(".") { return bare.split(separator: ":").last.map(String.init) ?? bare }
        let halves = bare.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [String] = []
        for half in halves {
            if half.isEmpty { break }
            groups.append(half.lowercased())
        }
        while groups.count < 4 { groups.append("0") }
        return groups.prefix(4).joined(separator: ":")
    }
}

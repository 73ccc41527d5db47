// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// A signal as it came from the bus.
package struct BusSignal: Hashable, Sendable {
    /// The sender's unique name (`:1.7`); the bus itself is `org.freedesktop.DBus`.
    package var sender: String
    package var path: String
    package var interface: String
    package var member: String
    package var arguments: [BusValue]

    package init(sender: String, path: String, interface: String, member: String, arguments: [BusValue] = []) {
        self.sender = sender
        self.path = path
        self.interface = interface
        self.member = member
        self.arguments = arguments
    }
}

/// Which signals a subscriber wants; nil fields match anything.
package struct BusMatch: Hashable, Sendable {
    /// A well-known or a unique name. Signals of anybody else never match, not even ones sent to us alone.
    package var sender: String
    package var path: String?
    package var interface: String?
    package var member: String?
    /// The first argument, which must then be a string.
    package var firstArgument: String?

    package init(
        sender: String, path: String? = nil, interface: String? = nil, member: String? = nil,
        firstArgument: String? = nil
    ) {
        self.sender = sender
        self.path = path
        self.interface = interface
        self.member = member
        self.firstArgument = firstArgument
    }

    /// PropertiesChanged of one interface of `sender`.
    package static func propertiesChanged(
        sender: String, path: String? = nil, of interface: String
    ) -> BusMatch {
        BusMatch(
            sender: sender, path: path, interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged",
            firstArgument: interface)
    }

    /// The rule in the bus's own language.
    package var rule: String {
        var rule = "type='signal',sender='\(sender)'"
        if let path { rule += ",path='\(path)'" }
        if let interface { rule += ",interface='\(interface)'" }
        if let member { rule += ",member='\(member)'" }
        if let firstArgument { rule += ",arg0='\(firstArgument)'" }
        return rule
    }
}

/// A running subscription. It lasts, across reconnects, until its reader stops iterating or is cancelled.
package struct BusSubscription: Sendable {
    /// The signals, for one reader. Keeps the newest ones up to the limit given to `subscribe`.
    package let signals: AsyncStream<BusSignal>
    let loss: Lock<Int>

    /// Signals lost since the start because the reader was too slow.
    package var lost: Int { loss.withLock { $0 } }
}

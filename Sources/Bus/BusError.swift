// SPDX-License-Identifier: GPL-3.0-or-later

/// Why something on the bus did not work.
package enum BusError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The connection to the bus is down, or went down before the answer came.
    case disconnected
    /// No answer within the time limit to the call of this member.
    case timedOut(member: String)
    /// The task that waited was cancelled.
    case cancelled
    /// The other side answered with an error: its D-Bus name and its text, both kept as they came.
    case remote(name: String, message: String)
    /// What should be sent cannot be said on D-Bus; the text says what is wrong.
    case invalid(String)
    /// The answer has another shape than the interface promises; the text says which.
    case unexpectedReply(String)

    /// A sentence without a full stop.
    package var description: String {
        switch self {
        case .disconnected: "the system message bus is not reachable"
        case .timedOut(let member): "no answer to \(member) in time"
        case .cancelled: "the wait for the message bus was cancelled"
        case .remote(let name, let message): message.isEmpty ? name : "\(message) (\(name))"
        case .invalid(let what): "this cannot be sent over D-Bus: \(what)"
        case .unexpectedReply(let what): "the answer is not what the interface promises: \(what)"
        }
    }

    /// The D-Bus error name of the other side's answer; nil for errors of our own.
    package var remoteName: String? {
        if case .remote(let name, _) = self { name } else { nil }
    }

    /// Nobody owns the name that was called, nothing could be started to own it, or its owner went away over the call.
    package var isServiceAbsent: Bool {
        guard let name = remoteName else { return false }
        return name == "org.freedesktop.DBus.Error.ServiceUnknown" || name == "org.freedesktop.DBus.Error.NoReply"
            || name == "org.freedesktop.DBus.Error.NameHasNoOwner"
            || name.hasPrefix("org.freedesktop.DBus.Error.Spawn.")
    }

    /// The bus's policy or the service forbids the call.
    package var isAccessDenied: Bool {
        remoteName == BusErrorName.accessDenied
            || remoteName == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"
    }
}

/// Error names of the D-Bus specification that services answer with.
package enum BusErrorName {
    package static let failed = "org.freedesktop.DBus.Error.Failed"
    package static let accessDenied = "org.freedesktop.DBus.Error.AccessDenied"
    package static let invalidArguments = "org.freedesktop.DBus.Error.InvalidArgs"
    package static let unknownMethod = "org.freedesktop.DBus.Error.UnknownMethod"
    package static let unknownInterface = "org.freedesktop.DBus.Error.UnknownInterface"
    package static let unknownObject = "org.freedesktop.DBus.Error.UnknownObject"
    package static let unknownProperty = "org.freedesktop.DBus.Error.UnknownProperty"
    package static let readOnlyProperty = "org.freedesktop.DBus.Error.PropertyReadOnly"
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// What is on the air, and how it derives from a daily key.
public enum BeaconFormat: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Bluezone 2.0.3 and later: 12-byte identifiers, 96 slots a day.
    case bluezone = 1
    /// Google/Apple Exposure Notification v1.2: 16-byte identifiers, 144 intervals a day.
    case exposureNotification = 2

    /// The name used in files, messages and commands; nil-returning inverse of `description`.
    package init?(name: some StringProtocol) {
        switch name {
        case "bluezone": self = .bluezone
        case "exposure-notification": self = .exposureNotification
        default: return nil
        }
    }

    /// `bluezone` or `exposure-notification`.
    public var description: String {
        switch self {
        case .bluezone: "bluezone"
        case .exposureNotification: "exposure-notification"
        }
    }

    /// Bytes of an ephemeral identifier on the air.
    package var identifierLength: Int {
        switch self {
        case .bluezone: 12
        case .exposureNotification: 16
        }
    }

    /// Bytes of a daily key.
    public var keyLength: Int {
        switch self {
        case .bluezone: 32
        case .exposureNotification: 16
        }
    }

    /// How long one identifier belongs to one key's slot: 15 minutes (Bluezone), 10 minutes (Exposure Notification).
    package var slotLength: Duration {
        switch self {
        case .bluezone: .seconds(900)
        case .exposureNotification: .seconds(600)
        }
    }

    /// Identifiers in a whole day: 96 or 144.
    package var slotsPerDay: Int {
        switch self {
        case .bluezone: 96
        case .exposureNotification: 144
        }
    }
}

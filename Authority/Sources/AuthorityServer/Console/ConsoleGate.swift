// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel

/// Who may try to sign in how often, and which forms were sent already.
actor ConsoleGate {
    /// One name from one address, one name from wherever, one address with whatever name. Somebody who guesses from elsewhere does
    /// not keep an official out as long as the second has room.
    private var pairs = RateLimiter(Rate(burst: 5, seconds: 60))
    private var names = RateLimiter(Rate(burst: 50, seconds: 30))
    private var addresses = RateLimiter(Rate(burst: 20, seconds: 10))
    private var sent: Set<String> = []
    private var sentOrder: [String] = []

    /// What there were too many of.
    enum Limit: String, Hashable, Sendable {
        /// Tries of a name, from one address or from wherever.
        case name
        /// Tries from an address, with whatever name.
        case address
    }

    private static let start = ContinuousClock.now
    private static let rememberedForms = 4096

    /// The limit for which `name` may not be tried from `peer` now; nil when it may.
    func admit(_ name: String, _ peer: String) -> Limit? {
        let now = (ContinuousClock.now - ConsoleGate.start) / .seconds(1)
        if addresses.take(peer, now: now) != nil { return .address }
        if pairs.take(name + " " + peer, now: now) != nil { return .name }
        return names.take(name, now: now) != nil ? .name : nil
    }

    /// Whether the form with this number is sent for the first time, to this server: another one takes it once more.
    func isFirst(_ form: String) -> Bool {
        guard sent.insert(form).inserted else { return false }
        sentOrder.append(form)
        if sentOrder.count > ConsoleGate.rememberedForms { sent.remove(sentOrder.removeFirst()) }
        return true
    }
}

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

    private static let start = ContinuousClock.now
    private static let rememberedForms = 4096

    /// Seconds to wait before `name` may be tried from `peer`; nil when it may be tried now.
    func admit(_ name: String, _ peer: String) -> Double? {
        let now = (ContinuousClock.now - ConsoleGate.start) / .seconds(1)
        if let wait = addresses.take(peer, now: now) { return wait }
        if let wait = pairs.take(name + " " + peer, now: now) { return wait }
        return names.take(name, now: now)
    }

    /// Whether the form with this number is sent for the first time.
    func isFirst(_ form: String) -> Bool {
        guard sent.insert(form).inserted else { return false }
        sentOrder.append(form)
        if sentOrder.count > ConsoleGate.rememberedForms { sent.remove(sentOrder.removeFirst()) }
        return true
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel

/// Who may ask how often, and how long real answers take.
actor Gatekeeper {
    private var addresses: RateLimiter
    /// Short codes by their hashes.
    private var codes: RateLimiter
    private var admins = RateLimiter(Rate(burst: 10, seconds: 30))
    private var guesses: GuessGuard
    /// How long the last real requests took, in seconds; the oldest is overwritten.
    private var durations: [Double] = []
    private var place = 0

    private static let start = ContinuousClock.now

    init(_ settings: AuthoritySettings, guesses: GuessGuard = GuessGuard(), maximumCodes: Int = 100_000) {
        addresses = RateLimiter(Rate(burst: settings.verifyBurst, seconds: settings.verifySeconds))
        codes = RateLimiter(Rate(burst: 5, seconds: 60), maximumBuckets: maximumCodes)
        self.guesses = guesses
    }

    /// Seconds of a steady clock.
    private static var now: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Lets a device's request in, or says when it may come again.
    func admit(_ peer: String) throws(Refusal) {
        if let wait = addresses.take(peer, now: Gatekeeper.now) { throw .tooOften(wait) }
    }

    /// Lets a code be tried; `hash` stands for it. Long codes are not counted: nobody finds one by trying, and whoever floods the server
    /// with codes must not keep them out.
    func admit(code hash: String, _ form: AccessCode.Form) throws(Refusal) {
        guard form == .short else { return }
        if let wait = guesses.wait(now: Gatekeeper.now) {
            throw Refusal(
                429, "maintenance_mode", "codes of eight digits are not taken now; the link with the long code is",
                retryAfter: Int(wait.rounded(.up)))
        }
        if let wait = codes.take(hash, now: Gatekeeper.now) { throw .tooOften(wait) }
    }

    /// Counts a wrong short code.
    func countGuess() { guesses.count(now: Gatekeeper.now) }

    /// Counts a wrong API key from `peer`; says when that address may try again once there were too many. It is no guard against guessing,
    /// which 192 bits are: a right key is taken meanwhile, or somebody at the same address could shut its owner out.
    func countIntruder(_ peer: String) throws(Refusal) {
        if let wait = admins.take(peer, now: Gatekeeper.now) { throw .tooOften(wait) }
    }

    /// Remembers how long a real request took.
    func learn(_ duration: Duration) {
        let seconds = duration / .seconds(1)
        if durations.count < 128 {
            durations.append(seconds)
        } else {
            durations[place] = seconds
            place = (place + 1) % durations.count
        }
    }

    /// How long an answer to a fake request should take: as long as one of the last real ones, at most a second.
    func usualDuration() -> Duration { .seconds(min(1, durations.randomElement() ?? 0.02)) }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel

/// Who may ask how often, and how long real answers take.
actor Gatekeeper {
    private var addresses: RateLimiter
    /// Short codes by their hashes.
    private var codes: RateLimiter
    private var admins = RateLimiter(Rate(burst: 10, seconds: 30))
    /// Who issues codes: API keys and officials.
    private var issuers: RateLimiter
    private var guesses: GuessGuard
    private var durations: [DeviceStep: Durations] = [:]
    /// When the last real request of a step failed for a trouble of the server's, in seconds of the steady clock, and none was granted since.
    private var failures: [DeviceStep: Double] = [:]
    /// Seconds for which fakes fail then too.
    private static let failureLasts = 600.0

    private static let start = ContinuousClock.now

    init(_ settings: AuthoritySettings, guesses: GuessGuard = GuessGuard(), maximumCodes: Int = 100_000) {
        addresses = RateLimiter(Rate(burst: settings.verifyBurst, seconds: settings.verifySeconds))
        codes = RateLimiter(Rate(burst: 5, seconds: 60), maximumBuckets: maximumCodes)
        issuers = RateLimiter(Rate(burst: settings.issueBurst, seconds: settings.issueSeconds))
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
        try checkGuesses()
        if let wait = codes.take(hash, now: Gatekeeper.now) { throw .tooOften(wait) }
    }

    private func checkGuesses() throws(Refusal) {
        guard let wait = guesses.wait(now: Gatekeeper.now) else { return }
        throw Refusal(
            429, "maintenance_mode", "codes of eight digits are not taken now; the link with the long code is",
            retryAfter: Int(wait.rounded(.up)))
    }

    /// Refuses a fake request what a real one of its step would be refused now: else those that come again would be the real ones.
    func admitFake(_ step: DeviceStep) throws(Refusal) {
        if let failure = failures[step], Gatekeeper.now - failure < Gatekeeper.failureLasts { throw .failed }
        if step == .verify { try checkGuesses() }
    }

    /// Counts a wrong short code.
    func countGuess() { guesses.count(now: Gatekeeper.now) }

    /// Counts a wrong API key from `peer`; says when that address may try again once there were too many. It is no guard against guessing,
    /// which 192 bits are: a right key is taken meanwhile, or somebody at the same address could shut its owner out.
    func countIntruder(_ peer: String) throws(Refusal) {
        if let wait = admins.take(peer, now: Gatekeeper.now) { throw .tooOften(wait) }
    }

    /// Lets `issuer`, who came by `way`, issue a code, or says when the next one may be.
    func admit(issuer: String, way: String) throws(Refusal) {
        if let wait = issuers.take(way + " " + issuer, now: Gatekeeper.now) { throw .tooOften(wait) }
    }

    /// Remembers how long a real request took that was granted.
    func learn(_ duration: Duration, of step: DeviceStep) {
        durations[step, default: Durations()].learn(duration / .seconds(1))
        failures[step] = nil
    }

    /// Remembers that a real request failed for a trouble of the server's.
    func fail(_ step: DeviceStep) { failures[step] = Gatekeeper.now }

    /// How long an answer to a fake request, or a refusal, should take: as long as one of the last granted ones of its step, at most
    /// a second.
    func usualDuration(of step: DeviceStep) -> Duration {
        .seconds(min(1, durations[step]?.seconds.randomElement() ?? 0.02))
    }
}

/// The requests of one publication.
enum DeviceStep: Hashable, Sendable {
    case verify
    case certificate
    case publish
}

/// How long the last requests took, in seconds; the oldest is overwritten.
private struct Durations {
    private(set) var seconds: [Double] = []
    private var place = 0

    mutating func learn(_ duration: Double) {
        if seconds.count < 128 {
            seconds.append(duration)
        } else {
            seconds[place] = duration
            place = (place + 1) % seconds.count
        }
    }
}

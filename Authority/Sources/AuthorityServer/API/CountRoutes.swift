// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// `POST /v1/count`: a device whose owner agreed says once a week that it is there, and in which province. What is kept is one
/// number greater by one; the address is looked at for the rate, in memory, and written nowhere.
struct CountRoutes: Sendable {
    private let authority: Authority
    private let limits: CountLimits
    private let now: @Sendable () -> Timestamp
    private let watch: ClockWatch?

    init(_ authority: Authority, now: @escaping @Sendable () -> Timestamp, watch: ClockWatch? = nil) {
        self.authority = authority
        self.watch = watch
        let settings = authority.settings
        limits = CountLimits(Rate(burst: settings.countBurst, seconds: settings.countSeconds))
        self.now = now
    }

    private struct CountRequest: Decodable {
        var province: String
    }

    private struct CountAnswer: PaddedAnswer {
        var padding = ""
    }

    func add(to router: Router<AuthorityContext>) {
        router.post("v1/count") { request, context in
            do {
                try await limits.admit(context.peer)
                // By a wrong clock it would be another week; a device asks again after an error of the server's.
                guard watch?.jump == nil else { throw Refusal.failed }
                let asked = try await Answering.read(CountRequest.self, request, context)
                guard authority.settings.countedRegions.contains(asked.province) else {
                    throw Refusal(400, "unknown_province", "the province is none that is counted here")
                }
                // The server's week: a device's clock says nothing, and cannot fill weeks to come.
                if request.isChaff {
                    authority.metrics.count(.chaff)
                } else {
                    try await authority.store.add(week: ISOWeek(now().day), province: asked.province)
                    authority.metrics.count(.counted)
                }
                return try Answering.padded(CountAnswer())
            } catch let refusal as Refusal {
                authority.metrics.count(refusal)
                return try Answering.padded(
                    PublishFault(error: refusal.message, code: refusal.code), status: refusal.status,
                    retryAfter: refusal.retryAfter)
            } catch {
                context.logger.error("/v1/count: \(error)")
                return try Answering.padded(
                    PublishFault(error: Refusal.failed.message, code: "internal_error"), status: 500)
            }
        }
    }
}

/// How often one address may count.
actor CountLimits {
    private var addresses: RateLimiter
    private static let start = ContinuousClock.now

    init(_ rate: Rate) {
        addresses = RateLimiter(rate)
    }

    func admit(_ peer: String) throws(Refusal) {
        let now = (ContinuousClock.now - CountLimits.start) / .seconds(1)
        if let wait = addresses.take(peer, now: now) { throw .tooOften(wait) }
    }
}

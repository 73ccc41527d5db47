// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a request is not granted: what the device APIs of Exposure Notification say, as a code for programs and a sentence.
package struct Refusal: Error, Hashable, Sendable {
    /// HTTP status.
    package let status: Int
    package let code: String
    package let message: String
    /// Seconds after which asking again makes sense.
    package var retryAfter: Int?

    init(_ status: Int, _ code: String, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    static let unparsable = Refusal(400, "unparsable_request", "the request is not the JSON that it should be")
    static let tooLarge = Refusal(413, "request_too_large", "the request has more than 65536 bytes")
    static let wrongClock = Refusal(
        503, "clock_wrong", "the server's clock jumped; until it is right again no code is issued (/healthz)")
    static let failed = Refusal(500, "internal_server_error", "the server has a trouble of its own; try again later")

    static func tooOften(_ seconds: Double) -> Refusal {
        let wait = max(1, Int(min(86_400, seconds.rounded(.up))))
        return Refusal(429, "quota_exceeded", "too many requests; ask again in \(wait) s", retryAfter: wait)
    }
}

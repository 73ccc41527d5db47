// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel

/// An official as he is kept.
package struct StoredOfficial: Hashable, Sendable {
    package var official: Official
    /// `PasswordHash.text`.
    package var password: String
    package var isDisabled: Bool
    /// The last two times that he signed in: this one and the one before.
    package var lastSignIn: Int64?
    package var signInBefore: Int64?

    package init(
        official: Official, password: String, isDisabled: Bool = false, lastSignIn: Int64? = nil,
        signInBefore: Int64? = nil
    ) {
        self.official = official
        self.password = password
        self.isDisabled = isDisabled
        self.lastSignIn = lastSignIn
        self.signInBefore = signInBefore
    }
}

/// A session as it is kept: without what opens it.
package struct ConsoleSession: Hashable, Sendable {
    /// The HMAC of the cookie.
    package var hash: [UInt8]
    /// The HMAC of the cookie with the address that it was given to. Without the cookie nobody learns the address from it.
    package var place: [UInt8]
    package var name: String
    package var begun: Int64
    package var lastUsed: Int64
    /// When it is over, used or not.
    package var expires: Int64

    package init(hash: [UInt8], place: [UInt8], name: String, begun: Int64, lastUsed: Int64, expires: Int64) {
        self.hash = hash
        self.place = place
        self.name = name
        self.begun = begun
        self.lastUsed = lastUsed
        self.expires = expires
    }
}

package struct SessionInUse: Hashable, Sendable {
    package var session: ConsoleSession
    package var official: StoredOfficial

    package init(session: ConsoleSession, official: StoredOfficial) {
        self.session = session
        self.official = official
    }
}

/// What somebody did.
package struct AuditEntry: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable, CaseIterable {
        case signIn = "sign-in"
        case signInRefused = "sign-in-refused"
        /// A sign-in came too often, for its name or its address, and was not looked at.
        case signInLimited = "sign-in-limited"
        case signOut = "sign-out"
        case sessionsEnded = "sessions-ended"
        /// A session came from another address than it was given to, and ended.
        case sessionMoved = "session-moved"
        case passwordChanged = "password-changed"
        case issuedF0 = "issued-f0"
        case issuedF1 = "issued-f1"
        /// A code with which somebody takes keys back.
        case issuedNone = "issued-none"
        case countsEntered = "counts-entered"
        case reportTaken = "report-taken"
        /// A report was opened as a page, to read or to print.
        case reportShown = "report-shown"
        case officialAdded = "official-added"
        case officialDisabled = "official-disabled"
        case officialEnabled = "official-enabled"
        case keysRevoked = "keys-revoked"
        case policySet = "policy-set"
        /// Files were exported by command; those that a server makes by itself are in no log.
        case exportMade = "export-made"
        /// The authority itself was made, with its first API key.
        case authorityMade = "authority-made"
        case apiKeyAdded = "api-key-added"
        case apiKeyRemoved = "api-key-removed"
        case backupTaken = "backup-taken"
        case backupRestored = "backup-restored"
        /// Somebody wanted what his role or region does not allow, and got nothing.
        case notAllowed = "not-allowed"
        /// Somebody wanted something more often than is allowed, and got nothing.
        case limitReached = "limit-reached"
        /// The current password was wrong in a change of it.
        case passwordRefused = "password-refused"
    }

    /// Grows with every entry; 0 before it is written.
    package var number: Int64
    package var time: Int64
    /// An official, an API key or `root`; `?` for nobody in particular.
    package var who: String
    /// `console`, `api` for an API key, `command` for who has the machine.
    package var way: String
    package var action: Action
    /// More about it: a region, a number, a file, a page, another official's name. Never a code and never a person's.
    package var detail: String

    package init(number: Int64 = 0, time: Int64, who: String, way: String, action: Action, detail: String = "") {
        self.number = number
        self.time = time
        self.who = who
        self.way = way
        self.action = action
        self.detail = detail
    }
}

/// How often keys were published on a UTC day by cases (F0) or contacts (F1).
package struct PublicationCount: Hashable, Sendable {
    package var day: Int32
    package var caseClass: CaseClass
    package var count: Int64

    package init(day: Int32, caseClass: CaseClass, count: Int64) {
        self.day = day
        self.caseClass = caseClass
        self.count = count
    }
}

/// A batch as officials see it.
package struct BatchSummary: Hashable, Sendable {
    package var number: Int64
    package var region: String
    /// `bluezone` or `exposure-notification`.
    package var format: String
    package var start: Int64
    package var end: Int64
    /// Keys in it, without padding.
    package var keys: Int64
    package var files: [String]
    /// Nil while it is being made.
    package var finished: Int64?

    package init(
        number: Int64, region: String, format: String, start: Int64, end: Int64, keys: Int64, files: [String],
        finished: Int64?
    ) {
        self.number = number
        self.region = region
        self.format = format
        self.start = start
        self.end = end
        self.keys = keys
        self.files = files
        self.finished = finished
    }
}

/// How many devices a province had by somebody's report.
package struct ReportedCount: Hashable, Sendable {
    package var province: String
    /// The UTC day that the report is of.
    package var day: Int32
    package var devices: Int64

    package init(province: String, day: Int32, devices: Int64) {
        self.province = province
        self.day = day
        self.devices = devices
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityPages
internal import AuthorityStore

/// Signs officials in and out. What they do is written down first: without the entry it is not done, and nobody is signed in. Only
/// what is refused is written down beside the answer.
struct SignInDesk: Sendable {
    private let authority: Authority
    private let store: any ConsoleStore
    private let passwords: PasswordDesk
    private let gate: ConsoleGate
    private let refusals: RefusalLog

    init(
        _ authority: Authority, _ store: any ConsoleStore, _ passwords: PasswordDesk, _ gate: ConsoleGate,
        _ refusals: RefusalLog
    ) {
        self.authority = authority
        self.store = store
        self.passwords = passwords
        self.gate = gate
        self.refusals = refusals
    }

    private var settings: ConsoleSettings { authority.settings.console }

    /// The time since which a session must have been used.
    func idleSince(_ now: Int64) -> Int64 { now &- Int64(settings.idleMinutes) &* 60 }

    /// Opens a session; answers what the browser is to bring along. An unknown name, a wrong password and an account that is
    /// disabled take the same time and give the same fault.
    func signIn(_ typedName: String, _ password: String, peer: String, now: Int64) async throws -> String {
        let name = String(typedName.filter { !$0.isWhitespace }.lowercased().prefix(64))
        if let limit = await gate.admit(name, peer) {
            note { try await recordLimit(limit, name, now) }
            throw ConsoleFault(429, .tooOften)
        }
        let found = try await official(typed: name)
        let hash = found.flatMap { PasswordHash(text: $0.password) }
        guard try await matches(password, hash), let found, !found.isDisabled, let hash else {
            // A name that nobody has is not written down: it may be a password in the wrong field.
            if found != nil { note { try await record(.signInRefused, name, now) } }
            throw ConsoleFault(401, .wrong)
        }
        if await !passwords.isCurrent(hash), let renewed = try? await passwords.make(password) {
            _ = try await store.setPassword(renewed.text, of: name, keepsSessions: true)
        }
        let cookie = randomBytes(32).base64URL
        try await store.open(
            ConsoleSession(
                hash: self.hash(cookie), place: place(cookie, peer), name: name, begun: now, lastUsed: now,
                expires: now &+ Int64(settings.sessionHours) &* 3600))
        try await record(.signIn, name, now)
        return cookie
    }

    /// The good session behind a cookie. One that comes from another address ends.
    func session(_ cookie: String, peer: String, now: Int64) async throws -> SessionInUse? {
        let found = try await store.use(session: hash(cookie), now: now, idleSince: idleSince(now))
        guard let found else { return nil }
        if settings.bindsAddress && found.session.place != place(cookie, peer) {
            try await store.end(session: found.session.hash)
            try await record(.sessionMoved, found.session.name, now)
            return nil
        }
        return found
    }

    func signOut(_ inUse: SessionInUse, now: Int64) async throws {
        try await record(.signOut, inUse.session.name, now)
        try await store.end(session: inUse.session.hash)
    }

    func endSessions(_ inUse: SessionInUse, now: Int64) async throws {
        try await record(.sessionsEnded, inUse.session.name, now)
        try await store.endSessions(of: inUse.session.name)
    }

    /// Changes the password of who knows it, ends all sessions, and opens another one; answers its cookie. Wrong ones are counted as at
    /// signing in.
    func changePassword(
        _ inUse: SessionInUse, from old: String, to new: String, peer: String, now: Int64
    ) async throws -> String {
        let name = inUse.session.name
        if await gate.admit(name, peer) != nil { throw ConsoleFault(429, .tooOften) }
        guard try await matches(old, PasswordHash(text: inUse.official.password)) else {
            try await record(.passwordRefused, name, now)
            throw ConsoleFault(401, .wrong)
        }
        if let fault = PasswordHash.objection(to: new, name: name) { throw ConsoleFault(400, .of(fault)) }
        guard let hash = try await busy({ try await passwords.make(new) }) else {
            throw ConsoleFault(400, .passwordLong)
        }
        try await record(.passwordChanged, name, now)
        _ = try await store.setPassword(hash.text, of: name, keepsSessions: false)
        let cookie = randomBytes(32).base64URL
        var session = inUse.session
        (session.hash, session.place) = (self.hash(cookie), place(cookie, peer))
        (session.begun, session.lastUsed) = (now, now)
        try await store.open(session)
        return cookie
    }

    /// The official of a name as it was typed. What nobody can be called is not looked for.
    private func official(typed name: String) async throws -> StoredOfficial? {
        guard Official(name: name, role: .reader, region: "") != nil else { return nil }
        return try await store.official(named: name)
    }

    /// Writes a refusal down beside its answer, which must tell neither by its time nor by an error whether somebody has the name. A log
    /// that cannot be written shows when the next one is to be signed in.
    private func note(_ write: @escaping @Sendable () async throws -> Void) { Task { try? await write() } }

    /// Writes down that a sign-in was refused for a limit: a name's for the official who has it, an address's for nobody. Were that for an
    /// official too, who is at his limit could go on and tell by the time of the answers who is one.
    private func recordLimit(_ limit: ConsoleGate.Limit, _ name: String, _ now: Int64) async throws {
        if limit == .name, try await official(typed: name) == nil { return }
        try await refusals.record(
            .signInLimited, who: limit == .name ? name : "?", way: "console", detail: limit.rawValue, now: now)
    }

    private func matches(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        try await busy { try await passwords.matches(password, hash) }
    }

    private func busy<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do { return try await body() } catch is PasswordDesk.Busy { throw ConsoleFault(503, .busy) }
    }

    private func record(_ action: AuditEntry.Action, _ name: String, _ now: Int64) async throws {
        try await store.record(AuditEntry(time: now, who: name, way: "console", action: action))
    }

    private func hash(_ cookie: String) -> [UInt8] { authority.secret.hash(cookie, for: .session) }

    private func place(_ cookie: String, _ peer: String) -> [UInt8] {
        authority.secret.hash(cookie + " " + peer, for: .session)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// What becomes of a transaction.
enum Verdict<Answer> {
    case keep(Answer)
    /// All that was written is taken back.
    case takeBack(Answer)
}

extension Session {
    /// Runs `body` as one step, at the isolation `read committed`: rows that two servers might change at once are locked.
    func transaction<Answer>(_ body: (Session) throws(Fault) -> Verdict<Answer>) throws(Fault) -> Answer {
        try ask("BEGIN")
        do throws(Fault) {
            switch try body(self) {
            case .takeBack(let answer):
                try ask("ROLLBACK")
                return answer
            case .keep(let answer):
                try commit()
                return answer
            }
        } catch {
            // Of a connection that is gone nothing remains by itself.
            if isInTransaction { try ask("ROLLBACK") }
            throw error
        }
    }

    /// The same, for a body that always keeps what it wrote.
    func step<Answer>(_ body: (Session) throws(Fault) -> Answer) throws(Fault) -> Answer {
        try transaction { session throws(Fault) in .keep(try body(session)) }
    }

    private func commit() throws(Fault) {
        do throws(Fault) { try ask("COMMIT") } catch { throw error.isLost ? .uncertain(error.text) : error }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// Does `body` again for up to five seconds as long as its error is `passing`.
///
/// For locks: a process that another test starts has, between its fork and its exec, copies of all our open files, and
/// with them the locks that we gave up meanwhile.
package func retrying<Answer, Passing: Error & Equatable>(while passing: Passing, _ body: () throws -> Answer) throws
    -> Answer
{
    for _ in 0..<500 {
        do { return try body() } catch  where error as? Passing == passing { usleep(10_000) }
    }
    return try body()
}

/// The same for a `body` that waits.
package func retrying<Answer, Passing: Error & Equatable>(while passing: Passing, _ body: () async throws -> Answer)
    async throws -> Answer
{
    for _ in 0..<500 {
        do { return try await body() } catch  where error as? Passing == passing {
            try await Task.sleep(for: .milliseconds(10))
        }
    }
    return try await body()
}

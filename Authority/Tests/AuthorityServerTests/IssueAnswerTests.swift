// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import AuthorityServer

/// What a program that issues codes is answered, with the members of the published server.
struct IssueAnswerTests {
    @Test func `an answer says when each form of the code ends to be good, as text and as a number`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            let answer = try await client.issue()
            #expect(answer.status == 200)
            #expect(answer["expiresAt"] == "Sat, 21 Nov 2026 10:15:00 UTC")
            #expect(answer["expiresAtTimestamp"] == "1795256100")
            #expect(answer["longExpiresAt"] == "Sun, 22 Nov 2026 10:00:00 UTC")
            #expect(answer["longExpiresAtTimestamp"] == "1795341600")
            #expect(answer["uuid"]?.count == 36 && answer["code"]?.count == 8 && answer["longCode"]?.count == 16)
        }
    }

    @Test(
        arguments: [
            (-1, "Wed, 31 Dec 1969 23:59:59 UTC"), (0, "Thu, 01 Jan 1970 00:00:00 UTC"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 UTC"), (951_868_799, "Tue, 29 Feb 2000 23:59:59 UTC"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 UTC"), (4_294_967_295, "Sun, 07 Feb 2106 06:28:15 UTC"),
        ] as [(Int64, String)])
    func `a time is written as RFC 1123 has it`(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).rfc1123 == text)
    }
}

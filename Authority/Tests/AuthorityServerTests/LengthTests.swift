// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Testing

@testable import AuthorityServer

/// Lengths tell nothing: whatever a device publishes and is answered, the network sees the same number of bytes.
struct LengthTests {
    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    /// Three keys a day of each format, from `days`; of ten days they are as many as a publish can have.
    private func keys(_ days: ClosedRange<Int64>) -> DeviceKeys {
        var keys = DeviceKeys(days: 1, before: place.today)
        let parts = days.flatMap { day in (0..<3).map { (day: place.today - day, part: Int64($0)) } }
        keys.exposure = parts.map { (randomBytes(16), $0.day * 144 + $0.part * 48, 48) }
        keys.bluezone = parts.map { (randomBytes(32), $0.day, $0.part * 32, $0.part * 32 + 31) }
        return keys
    }

    @Test func `the most keys, one publish after the other, are answered in the same length, and can all be revised`()
        async throws
    {
        let rounds = (0..<4).map { _ in keys(1...10) }
        try await place.serve { client in
            var token = ""
            for keys in rounds {
                let certificate = try await client.certificate(client.token(["class": "F1"]), keys)
                #expect(certificate.body.count == Answering.paddedLength)
                let text = try #require(certificate["certificate"])
                // What the device's own tests have room for in a request of 60 keys; so for the revision token.
                #expect(text.utf8.count <= 800)
                let answer = try await client.publish(text, keys, ["revisionToken": token])
                #expect(answer.body.count == Answering.paddedLength)
                #expect(answer["insertedExposures"] == "60")
                token = try #require(answer["revisionToken"])
                #expect(token.utf8.count <= RevisionToken.maximumLength)
            }
            let revised = try await client.publish(rounds[3], ["testType": "confirmed"], ["revisionToken": token])
            #expect(revised["insertedExposures"] == "60")
            #expect(revised.body.count == Answering.paddedLength)
        }
    }

    @Test func `an answer that says why keys were left out has the same length`() async throws {
        // Far from the onset, in the future, and one that is taken.
        var wrong = keys(1...5)
        for day in 1...14 { wrong.exposure.append((randomBytes(16), (place.today + Int64(day)) * 144, 144)) }
        for day in 1...15 { wrong.bluezone.append((randomBytes(32), place.today + Int64(day), 0, 95)) }
        wrong.exposure.append((randomBytes(16), (place.today - 10) * 144, 144))
        let offered = wrong
        try await place.serve { client in
            let answer = try await client.publish(offered, ["testType": "confirmed", "symptomDate": "2026-11-01"])
            #expect(answer["code"] == "partial_failure" && answer["insertedExposures"] == "1")
            #expect(answer["error"] == "59 of the keys were left out")
            #expect(answer.body.count == Answering.paddedLength)
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Foundation
import Testing

/// Keys that are none, through the whole of the API: each with a certificate that is good for exactly them.
struct BadKeysTests {
    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    /// A way to change good keys, and what the server says to it.
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let words: String
        let change: @Sendable (inout DeviceKeys, _ today: Int64) -> Void

        var testDescription: String { name }
    }

    private static let refused: [Attack] = [
        Attack(name: "too many", words: "31 keys of one format were sent; at most 30 are taken") { keys, today in
            keys.exposure = (0..<31).map { (randomBytes(16), (today - 1) * 144 + $0, 1) }
        },
        Attack(name: "too many for any request", words: "at most 30 are taken") { keys, today in
            keys.bluezone = (0..<300).map { (randomBytes(32), today - 1, $0 % 96, $0 % 96) }
        },
        Attack(name: "overlapping", words: "keys overlap in time without beginning together") { keys, today in
            keys.exposure.append((randomBytes(16), (today - 1) * 144 + 143, 10))
        },
        Attack(name: "overlapping slots", words: "keys overlap in time without beginning together") { keys, today in
            keys.bluezone.append((randomBytes(32), today - 1, 40, 95))
        },
        Attack(name: "four that begin together", words: "more than 3 keys begin together") { keys, today in
            for period in 1...3 { keys.exposure.append((randomBytes(16), (today - 1) * 144, Int64(period))) }
        },
        Attack(name: "one twice", words: "a key was sent twice") { keys, today in
            keys.bluezone.append((keys.bluezone[0].key, today - 9, 0, 95))
        },
        Attack(name: "none at all", words: "no key was sent") { keys, _ in
            keys.exposure = []
            keys.bluezone = []
        },
        Attack(name: "all too old", words: "a key is too old") { keys, today in
            keys.bluezone = []
            keys.exposure = [(randomBytes(16), (today - 16) * 144, 144), (randomBytes(16), 0, 144)]
        },
    ]

    private static let leftOut: [Attack] = [
        Attack(name: "too old", words: "a key is too old") { keys, today in
            keys.exposure.append((randomBytes(16), (today - 16) * 144, 144))
        },
        Attack(name: "in the future", words: "a key begins in the future") { keys, today in
            keys.bluezone.append((randomBytes(32), today + 1, 0, 95))
        },
        Attack(name: "of the end of time", words: "a key begins in the future") { keys, _ in
            keys.exposure.append((randomBytes(16), Int64(UInt32.max), 144))
        },
        Attack(name: "too short", words: "a key's length is not its format's") { keys, today in
            keys.exposure.append((randomBytes(15), (today - 4) * 144, 144))
        },
        Attack(name: "a Bluezone key among the others", words: "a key's length is not its format's") {
            $0.exposure.append((randomBytes(32), ($1 - 4) * 144, 144))
        },
        Attack(name: "empty", words: "a key's length is not its format's") { keys, today in
            keys.bluezone.append(([], today - 4, 0, 95))
        },
        Attack(name: "a megabit long", words: "a key's length is not its format's") { keys, today in
            keys.bluezone.append((randomBytes(16_384), today - 4, 0, 95))
        },
        Attack(name: "for longer than a day", words: "out of bounds") { keys, today in
            keys.exposure.append((randomBytes(16), (today - 4) * 144, 145))
        },
        Attack(name: "backwards", words: "out of bounds") { keys, today in
            keys.bluezone.append((randomBytes(32), today - 4, 95, 0))
        },
        Attack(name: "of the largest numbers", words: "out of bounds") { keys, _ in
            keys.bluezone.append((randomBytes(32), .max, .min, .max))
            keys.exposure.append((randomBytes(16), .max, .max))
        },
    ]

    @Test(arguments: refused) func `keys that are refused together leave nothing`(attack: Attack) async throws {
        try await publish(attack) { answer in
            #expect(answer.status == 400)
            #expect(answer["code"] == "bad_request")
            #expect(answer["error"]?.contains(attack.words) == true, "\(answer["error"] ?? "")")
        }
        #expect(try place.sql("SELECT count(*) FROM keys") == "0")
    }

    @Test(arguments: leftOut) func `a key that is none is left out, the rest is taken`(attack: Attack) async throws {
        try await publish(attack) { answer in
            #expect(answer.status == 200)
            #expect(answer["code"] == "partial_failure")
            #expect(answer["insertedExposures"] == "4")
            #expect(String(decoding: answer.body, as: UTF8.self).contains(attack.words))
        }
        #expect(try place.sql("SELECT count(*) FROM keys") == "4")
    }

    /// Publishes two good keys of each format, as `attack` changes them.
    private func publish(
        _ attack: Attack, _ check: @escaping @Sendable (TestClient.Answer) -> Void
    ) async throws {
        var keys = DeviceKeys(days: 2, before: place.today)
        attack.change(&keys, place.today)
        let offered = keys
        try await place.serve { client in check(try await client.publish(offered)) }
    }
}

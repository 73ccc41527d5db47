// SPDX-License-Identifier: GPL-3.0-or-later
// Names are those of the published vectors' files.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import TestSupport
import Testing

@testable import Beacon

/// The published app's derivation, value for value.
struct BluezoneVectors: Decodable {
    struct Fold: Decodable, Sendable { var sub_key, bluezone_id: String }
    struct Chain: Decodable, Sendable {
        var base_key: String
        var days: [String: String]
    }
    struct List: Decodable, Sendable {
        var daily_key: String
        var max_sub_keys: Int
        var ids: [String]?
        var sha256_of_all_ids_concatenated: String?
    }
    struct Index: Decodable, Sendable {
        var time: Int64
        var max_sub_keys, index: Int
    }
    struct AtTime: Decodable, Sendable {
        var time: Int64
        var daily_key: String
        var index: Int
        var bluezone_id: String
    }

    var fold: [Fold]
    var daily_key_chain: [Chain]
    var id_lists: [List]
    var index: [Index]
    var id_at_time: [AtTime]

    static let published = SharedData.json("bluezone/vectors.json", BluezoneVectors.self)
}

@Suite(.enabled(if: SharedData.isPresent, "the shared data folder is absent"))
struct BluezoneVectorTests {
    @Test(arguments: BluezoneVectors.published?.fold ?? [])
    func `a sub-key folds into its identifier`(vector: BluezoneVectors.Fold) throws {
        let subKey = try #require([UInt8](hex: vector.sub_key))
        #expect(BluezoneDerivation.fold(subKey).hex == vector.bluezone_id.lowercased())
    }

    @Test(arguments: BluezoneVectors.published?.daily_key_chain ?? [])
    func `the app's next days' keys follow`(vector: BluezoneVectors.Chain) throws {
        for (day, expected) in vector.days {
            var key = try #require([UInt8](hex: vector.base_key))
            for _ in 0..<max(0, try #require(Int(day))) { key = BluezoneDerivation.nextDay(key) }
            #expect(key.hex == expected.lowercased())
        }
    }

    @Test(arguments: BluezoneVectors.published?.id_lists ?? [])
    func `a daily key gives the day's identifiers`(vector: BluezoneVectors.List) throws {
        let key = try #require([UInt8](hex: vector.daily_key))
        let identifiers = BluezoneDerivation.identifiers(key: key, count: vector.max_sub_keys)
        if let ids = vector.ids {
            #expect(identifiers.map(\.hex) == ids.map { $0.lowercased() })
        } else {
            let digest = sha256(identifiers.flatMap(\.bytes)).hex
            #expect(digest == (try #require(vector.sha256_of_all_ids_concatenated)).lowercased())
        }
    }

    @Test(arguments: BluezoneVectors.published?.index ?? [])
    func `a time lies in its slot`(vector: BluezoneVectors.Index) {
        let time = Timestamp(milliseconds: vector.time)
        #expect(BluezoneDerivation.slot(of: time, slotsPerDay: vector.max_sub_keys) == vector.index)
    }

    @Test(arguments: BluezoneVectors.published?.id_at_time ?? [])
    func `the identifier at a time is the published one`(vector: BluezoneVectors.AtTime) throws {
        let key = try #require(DailyKey(format: .bluezone, bytes: [UInt8](hex: vector.daily_key) ?? []))
        let slot = BluezoneDerivation.slot(of: Timestamp(milliseconds: vector.time))
        #expect(slot == vector.index)
        #expect(key.identifiers(firstInterval: 0)[slot].hex == vector.bluezone_id.lowercased())
    }
}

@Suite struct BluezoneTests {
    @Test func `the published quick check holds`() {
        let key = Array(UInt8(0)...31)
        #expect(BluezoneDerivation.identifiers(key: key, count: 1)[0].hex == "130cea6472130c185d8643df")
    }

    @Test func `the payload is the app's AD structures`() throws {
        let identifier = try #require(
            EphemeralIdentifier(format: .bluezone, bytes: [UInt8](hex: "130CEA6472130C185D8643DF") ?? []))
        let payload = BeaconPayload(identifier: identifier)
        #expect(payload.advertisement(flags: nil).hex == "0303564e0fffb522130cea6472130c185d8643df")
        #expect(payload.advertisement(flags: 0x1A).count == 23)
    }

    @Test func `each day's key is drawn afresh`() {
        let keys = Set((0..<100).flatMap { _ in BeaconFormat.allCases.map { DailyKey.random($0) } })
        #expect(keys.count == 200)
        #expect(keys.allSatisfy { $0.bytes.count == $0.format.keyLength })
    }
}

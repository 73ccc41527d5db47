// SPDX-License-Identifier: GPL-3.0-or-later
// A few published numbers, so that a clone alone checks both derivations. The whole files are checked elsewhere.

import Testing

@testable import Beacon

/// The vectors that Google and Apple publish for Exposure Notification v1.2.
@Suite struct ExposureNotificationDerivationTests {
    private let derivation: ExposureNotificationDerivation

    init() throws {
        derivation = ExposureNotificationDerivation(
            key: try #require([UInt8](hex: "75c734c6dd1a782de7a965da5eb93125")))
    }

    @Test func `a daily key gives the keys of identifiers and of metadata`() {
        #expect(derivation.identifierKey.hex == "185ad91db69ec7dd048960f1f3ba6175")
        #expect(derivation.metadataKey.hex == "d57c46af7a1d83965b9bed8bd152936a")
    }

    @Test(
        arguments: [
            (2_642_976, "8be6cd371c5c891604bfbe49df845096", 0x7203_3874),
            (2_642_977, "3c9a1de5dd6b02afa7fded7b570b3e56", 0xC292_11B1),
            (2_643_119, "f431b62ecf443102ce4ed0407de54bd4", 0x1215_E57E),
        ] as [(UInt32, String, UInt32)])
    func `an interval gives its identifier and its metadata`(interval: UInt32, identifier: String, word: UInt32) throws
    {
        let metadata: UInt32 = 0x4008_0000
        let day = derivation.identifiers(from: 2_642_976, count: 144)
        let found = try #require(day.dropFirst(Int(interval - 2_642_976)).first)
        #expect(found.hex == identifier)
        #expect(derivation.applyMetadataCipher(metadata, identifier: found) == word)
        #expect(derivation.applyMetadataCipher(word, identifier: found) == metadata)
    }

    /// One implementation pads the derivation's words with NUL bytes; nobody else hears such identifiers.
    @Test func `words padded with NUL bytes are not ours`() throws {
        let key = try #require([UInt8](hex: "4c22bda759942e0758e47922ed4d6c3e"))
        let derivation = ExposureNotificationDerivation(key: key)
        #expect(derivation.identifierKey.hex == "0731f065a325db07b237a27f437cb48c")
        #expect(derivation.metadataKey.hex == "e8e74366054db7a51652aa282739451d")
        #expect(derivation.identifierKey.hex != "1ab8a1141ecd1a6ee9f6a33b7296322a")
        #expect(derivation.metadataKey.hex != "e47c05afa4c51eeb286344f1aa634111")
        #expect(derivation.identifiers(from: 0, count: 1).map(\.hex) != ["f603d5f00d002e8eba6cd65090e530ec"])
    }
}

/// What the published app (2.0.3) derives from the key 00 01 02 ... 1f.
@Suite struct BluezoneDerivationTests {
    private let key = Array(UInt8(0)...31)

    @Test(arguments: [
        (0, "130cea6472130c185d8643df"), (10, "104b3999777e6c97b2bd81c5"), (95, "0ae9ab99c50104e835045abf"),
    ])
    func `a daily key gives the identifier of each slot`(slot: Int, identifier: String) {
        let day = BluezoneDerivation.identifiers(key: key, count: 96)
        #expect(day.count == 96)
        #expect(day.dropFirst(slot).first?.hex == identifier)
    }

    @Test(arguments: [
        ("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "0004080c10121416181a1c1e"),
        ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "e3989a9927416493a49978b8"),
    ])
    func `a sub-key folds into twelve bytes`(subKey: String, identifier: String) throws {
        #expect(BluezoneDerivation.fold(try #require([UInt8](hex: subKey))).hex == identifier)
    }

    @Test(arguments: [
        (1, "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"),
        (2, "2f287b4d3d4910f6cada9e1bd1b4648099e8c52c81aa4a6aebfa6fc86f19834e"),
        (14, "9a2bbe154ef1555c455e7a201b32ec1c80c98e139d8e539600745537a98a79dd"),
    ])
    func `the app's keys follow from day to day`(days: Int, expected: String) {
        let later = (0..<days).reduce(key) { key, _ in BluezoneDerivation.nextDay(key) }
        #expect(later.hex == expected)
    }
}

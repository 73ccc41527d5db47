// SPDX-License-Identifier: GPL-3.0-or-later
// Names are those of the published vectors' files.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import TestSupport
import Testing

@testable import Beacon

/// Published vectors and frames of Exposure Notification v1.2.
enum ExposureNotificationVectors {
    struct Official: Decodable, Sendable {
        struct Advertised: Decodable, Sendable {
            var enin: UInt32
            var rpi, aem: String
        }
        var rolling_start_interval_number: UInt32
        var temporary_exposure_key, rpik, aemk, ble_metadata: String
        var advertised: [Advertised]
    }
    struct Live: Decodable, Sendable {
        struct Pair: Decodable, Sendable {
            var tek: String
            var enin: UInt32
            var metadata, rpi, aem, rpik, aemk: String
        }
        var v1_2: [Pair]
    }
    struct Padded: Decodable, Sendable {
        var tek, wrong_rpik, wrong_aemk, wrong_rpi, metadata, wrong_aem, correct_rpik, correct_aemk: String
        var enin: UInt32
    }
    struct Payloads: Decodable, Sendable {
        struct Item: Decodable, Sendable { var rpi, aem, with_flags_31_bytes, android_style_28_bytes: String }
        var items: [Item]
    }
    struct Frames: Decodable, Sendable {
        struct Frame: Decodable, Sendable {
            var adv_data: String?
            var service_data: String?
        }
        var frames: [Frame]
    }

    private static let vectors = "exposure-notification/vectors/"
    static let official = SharedData.json(vectors + "tek_rpi_aem_v1_2_official.json", Official.self)
    static let live = SharedData.json(vectors + "tek_rpi_aem_live_devices.json", Live.self)
    static let padded = SharedData.json(vectors + "nonconforming_nul_padded_info.json", Padded.self)
    static let payloads = SharedData.json(vectors + "advertisement_payloads.json", Payloads.self)
    static let frames = SharedData.json("exposure-notification/frames/frames.json", Frames.self)
}

@Suite(.enabled(if: SharedData.isPresent, "the shared data folder is absent"))
struct ExposureNotificationVectorTests {
    @Test func `the official key gives the official 144 identifiers and metadata`() throws {
        let vector = try #require(ExposureNotificationVectors.official)
        let derivation = ExposureNotificationDerivation(key: try #require([UInt8](hex: vector.temporary_exposure_key)))
        #expect(derivation.identifierKey.hex == vector.rpik)
        #expect(derivation.metadataKey.hex == vector.aemk)
        let identifiers = derivation.identifiers(from: vector.rolling_start_interval_number, count: 144)
        let metadata = try #require(UInt32(vector.ble_metadata, radix: 16))
        try #require(vector.advertised.count == 144)
        for (identifier, advertised) in zip(identifiers, vector.advertised) {
            #expect(identifier.hex == advertised.rpi)
            let word = derivation.applyMetadataCipher(metadata, identifier: identifier)
            #expect(word == UInt32(advertised.aem, radix: 16))
            #expect(derivation.applyMetadataCipher(word, identifier: identifier) == metadata)
        }
    }

    @Test(arguments: ExposureNotificationVectors.live?.v1_2 ?? [])
    func `frames of real phones derive from their keys`(pair: ExposureNotificationVectors.Live.Pair) throws {
        let derivation = ExposureNotificationDerivation(key: try #require([UInt8](hex: pair.tek)))
        #expect(derivation.identifierKey.hex == pair.rpik && derivation.metadataKey.hex == pair.aemk)
        let identifier = derivation.identifiers(from: pair.enin, count: 1)[0]
        #expect(identifier.hex == pair.rpi)
        let heard = try #require(UInt32(pair.aem, radix: 16))
        #expect(derivation.applyMetadataCipher(heard, identifier: identifier) == UInt32(pair.metadata, radix: 16))
    }

    @Test func `the NUL-padded variant is not what we produce`() throws {
        let vector = try #require(ExposureNotificationVectors.padded)
        let derivation = ExposureNotificationDerivation(key: try #require([UInt8](hex: vector.tek)))
        #expect(
            derivation.identifierKey.hex == vector.correct_rpik && derivation.metadataKey.hex == vector.correct_aemk)
        #expect(derivation.identifierKey.hex != vector.wrong_rpik && derivation.metadataKey.hex != vector.wrong_aemk)
        #expect(derivation.identifiers(from: vector.enin, count: 1)[0].hex != vector.wrong_rpi)
    }

    @Test(arguments: ExposureNotificationVectors.payloads?.items ?? [])
    func `payloads are the published bytes, both ways`(item: ExposureNotificationVectors.Payloads.Item) throws {
        let bytes = try #require([UInt8](hex: item.rpi + item.aem))
        let read = BeaconPayload(format: .exposureNotification, serviceBytes: bytes.span)
        let payload = try #require(read)
        #expect(payload.advertisement(flags: 0x1A).hex == item.with_flags_31_bytes)
        #expect(payload.advertisement(flags: nil).hex == item.android_style_28_bytes)
        for text in [item.with_flags_31_bytes, item.android_style_28_bytes] {
            let frame = try #require([UInt8](hex: text))
            #expect(BeaconPayload.decode(advertisement: frame.span) == payload)
        }
    }

    @Test(arguments: ExposureNotificationVectors.frames?.frames ?? [])
    func `captured frames decode`(frame: ExposureNotificationVectors.Frames.Frame) throws {
        let service = try #require(frame.service_data ?? frame.adv_data.map { String($0.suffix(40)) })
        let text = frame.adv_data ?? "17166ffd" + service
        let bytes = try #require([UInt8](hex: text))
        let read = BeaconPayload.decode(advertisement: bytes.span)
        #expect(read?.serviceBytes.hex == service)
    }

    @Test func `a captured phone decodes through all its rotations`() throws {
        let file = SharedData.folder + "/exposure-notification/frames/anu_samsung_note5_rotation.csv"
        let rows = try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
        var identifiers: Set<EphemeralIdentifier> = []
        for row in rows {
            let service = try #require(row.split(separator: ",").last.map(String.init))
            let bytes = try #require([UInt8](hex: "17166ffd" + service))
            let read = BeaconPayload.decode(advertisement: bytes.span)
            #expect(read?.serviceBytes.hex == service)
            if let read { identifiers.insert(read.identifier) }
        }
        #expect(identifiers.count > 20)
    }
}

@Suite struct DecodingTests {
    private let service = "17166ffd8be6cd371c5c891604bfbe49df84509672033874"
    private let bluezone = "0fffb522130cea6472130c185d8643df"

    @Test func `structures may come in any order, with others between`() throws {
        for text in [service, service + "03036ffd", "0409414243" + service, "02010603036ffd" + service] {
            let bytes = try #require([UInt8](hex: text))
            #expect(
                BeaconPayload.decode(advertisement: bytes.span)?.identifier.hex == "8be6cd371c5c891604bfbe49df845096")
        }
        for text in [
            "0303564e" + bluezone, bluezone + "0303564e", bluezone + "05020918564e", "020106" + "0302564e" + bluezone,
        ] {
            let bytes = try #require([UInt8](hex: text))
            #expect(BeaconPayload.decode(advertisement: bytes.span)?.identifier.hex == "130cea6472130c185d8643df")
        }
    }

    @Test(arguments: [
        "", "00", "01", "ff", "02011a", "03036ffd", "0303564e", "0fffb522130cea6472130c185d8643df",
        "03036ffd16166ffd8be6cd371c5c891604bfbe49df845096720338", "0303564e0effb522130cea6472130c185d8643",
        "17166ffd8be6cd371c5c8916", "1aff4c000215c7afef7b17884f4aa87d691d53bf21c400140014c5",
    ])
    func `what is no beacon is none`(text: String) throws {
        let frame = try #require([UInt8](hex: text))
        #expect(BeaconPayload.decode(advertisement: frame.span) == nil)
    }

    @Test func `no bytes of any kind trap`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                [0x03, 0x16, 0xFF, 0x6F, 0xFD, 0x56, 0x4E, 0x17, UInt8.random(in: 0...255)].randomElement() ?? 0
            }
            _ = BeaconPayload.decode(advertisement: bytes.span)
        }
    }

    @Test func `metadata says power and confidence`() throws {
        let metadata = ExposureNotificationMetadata(transmitPower: -26, confidence: 1)
        #expect(metadata.word == 0x54E6_0000)
        let read = try #require(ExposureNotificationMetadata(word: 0x40F2_0000))
        #expect(read.transmitPower == -14 && read.confidence == 0)
        #expect(ExposureNotificationMetadata(word: 0x80F2_0000) == nil)
    }
}

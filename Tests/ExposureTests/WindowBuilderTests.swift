// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Testing

@testable import Exposure

struct WindowBuilderTests {
    private func windows(_ sightings: [Sighting], policy: Policy = .standard) -> [ExposureWindow] {
        let format = sightings.first?.payload.identifier.format ?? .bluezone
        return WindowBuilder(policy: policy).windows(of: Scene.caseKey(format), sightings)
    }

    private let key = Scene.key(.exposureNotification)

    @Test func `a window ends before the thirtieth minute after its first sighting`() {
        let heard = [600, 615, 629.99, 630, 645].map { Scene.sighting(key, at: $0) }
        #expect(windows(heard).map(\.start) == [Scene.time(600), Scene.time(630)])
        #expect(windows(heard).map(\.scans.count) == [3, 2])
    }

    @Test func `sightings up to 25.5 seconds apart are one scan, however long it gets`() throws {
        var heard = [0, 25.5, 51, 76.501].map { Scene.sighting(key, at: 600 + $0 / 60, rssi: -60) }
        heard[1].rssi = -50
        heard[1].meanRSSI = -52
        heard[2].meanRSSI = -61
        let window = try #require(windows(heard).first)
        // At -20 dBm sent: mean of 40, 32 and 41 is 37.67; strongest 30.
        #expect(
            window.scans == [
                ScanInstance(minAttenuation: 30, typicalAttenuation: 38, seconds: 120),
                ScanInstance(minAttenuation: 40, typicalAttenuation: 40, seconds: 120),
            ])
        #expect(window.minAttenuation == 30)
        #expect(window.typicalAttenuation == 39)
        #expect(window.seconds == 240)
    }

    @Test func `scans a few seconds apart are scans of their own, and all their time counts`() throws {
        let heard = (0..<44).map { number in
            var sighting = Scene.sighting(key, at: 600 + Double(number) / 10, rssi: -60)
            sighting.previousScan = Scene.time(600 + Double(number - 1) / 10)
            return sighting
        }
        let window = try #require(windows(heard).first)
        #expect(window.scans.count == 44)
        #expect(window.seconds == 5 * 60)
    }

    @Test(arguments: [
        (601.0, 600.99, 60), (601.99, 601, 0), (602, 601.5, 60), (605, 600, 300), (611, 600, 300), (600, 605, 0),
    ])
    func `a scan stands for the whole clock minutes since the one before, at most five`(
        now: Double, before: Double, seconds: Int
    ) {
        #expect(windows([Scene.sighting(key, at: now, previous: before)])[0].scans.map(\.seconds) == [seconds])
    }

    @Test func `a scan without one before stands for two minutes`() {
        #expect(windows([Scene.sighting(key, at: 600)])[0].seconds == 120)
    }

    @Test func `times at the ends of the number range do no harm`() {
        var heard = [Scene.sighting(key, at: 0), Scene.sighting(key, at: 1), Scene.sighting(key, at: 2)]
        heard[0].time = Timestamp(milliseconds: .min)
        heard[0].previousScan = Timestamp(milliseconds: .max)
        heard[2].time = Timestamp(milliseconds: .max)
        heard[2].previousScan = Timestamp(milliseconds: .min)
        #expect(windows(heard).map(\.seconds) == [0, 120, 300])
    }

    @Test(arguments: [
        (0x40, true), (0x4C, true), (0x50, true), (0x5F, true), (0x60, false), (0x00, false), (0x80, false),
    ])
    func `metadata of versions 1.0 and 1.1 is read, no other`(version: UInt8, counts: Bool) {
        #expect(windows([Scene.sighting(key, at: 600, version: version)]).isEmpty != counts)
    }

    @Test(arguments: [(-51, false), (-50, true), (20, true), (21, false), (-128, false), (127, false)])
    func `a transmit power no phone has is not believed`(power: Int8, counts: Bool) {
        #expect(windows([Scene.sighting(key, at: 600, rssi: -60, power: power)]).isEmpty != counts)
    }

    @Test func `the powers believed are the policy's`() throws {
        let policy = try Policy(entries: [("MinimumTransmitPower", "-10"), ("MaximumTransmitPower", "-10")])
        #expect(windows([Scene.sighting(key, at: 600, power: -20)], policy: policy).isEmpty)
        #expect(!windows([Scene.sighting(key, at: 600, power: -10)], policy: policy).isEmpty)
    }

    @Test func `attenuation is never negative`() {
        #expect(windows([Scene.sighting(key, at: 600, rssi: -10, power: -40)])[0].minAttenuation == 0)
    }

    @Test func `127, which means no signal strength, is not near`() {
        let near = Scene.sighting(key, at: 600, rssi: 20)
        let none = Scene.sighting(key, at: 600, rssi: 127)
        #expect(windows([near]).count == 1)
        #expect(windows([none]).isEmpty)
    }

    @Test(arguments: [(-26, 34), (-20, 40), (0, 60)])
    func `Bluezone's power is the policy's`(power: Int, attenuation: Int) throws {
        let policy = try Policy(entries: [("AssumedTransmitPower", String(power))])
        let window = windows([Scene.sighting(Scene.key(.bluezone), at: 600, rssi: -60)], policy: policy)[0]
        #expect(window.minAttenuation == attenuation)
        #expect(window.calibrationConfidence == 0)
        #expect(window.format == .bluezone)
    }

    @Test func `a window carries what was published of its key, and the sender's confidence`() {
        var published = Scene.caseKey(.exposureNotification, 7, .selfReport)
        published.transmissionRisk = 5
        published.daysSinceOnset = 3
        var policy = Policy.standard
        policy.infectiousnessByDay[17] = .high
        let window = WindowBuilder(policy: policy).windows(
            of: published, [Scene.sighting(key, at: 600, version: 0x58)])[0]
        #expect(window.reportType == .selfReport)
        #expect(window.transmissionRisk == 5)
        #expect(window.infectiousness == .high)
        #expect(window.calibrationConfidence == 2)
    }
}

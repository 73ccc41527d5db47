// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Radio
import Testing

@testable import Station

/// A rotation under a virtual clock: what it does is told as a list of lines.
struct Timeline {
    var rotation: Rotation
    var keys = KeyRing()
    var random = SystemRandomNumberGenerator()
    var now: Moment
    var air: [BeaconPayload] = []

    init(at text: String, seconds: Int = 0, formats: [BeaconFormat] = [.bluezone, .exposureNotification]) throws {
        rotation = Rotation(formats: formats, metadata: ExposureNotificationMetadata(transmitPower: -26, confidence: 0))
        let day = try #require(UTCDay(text))
        now = Moment(wall: day.start.advanced(by: .seconds(seconds)), boot: .seconds(1000))
    }

    @discardableResult
    mutating func take(_ event: Rotation.Event) -> Rotation.Action {
        let action = rotation.handle(event, at: now, keys: &keys, using: &random)
        switch action {
        case .nothing: break
        case .silence: air = []
        case .send(let payloads):
            air = payloads
            _ = rotation.handle(.accepted, at: now, keys: &keys, using: &random)
        }
        return action
    }

    mutating func start() {
        take(.clockTrusted(true))
        take(.radio(.ready))
    }

    /// Lets time pass on both clocks, asking the rotation whenever it wants to be asked.
    mutating func pass(_ duration: Duration) -> [[BeaconPayload]] {
        let end = now.boot + duration
        var steps: [[BeaconPayload]] = []
        while let deadline = rotation.deadline(at: now), deadline <= end {
            move(deadline - now.boot)
            if case .send(let payloads) = take(.tick) { steps.append(payloads) }
        }
        move(end - now.boot)
        return steps
    }

    mutating func move(_ duration: Duration) {
        now.boot += duration
        now.wall = now.wall.advanced(by: duration)
    }

    /// The identifier that a format must have on the air now, by its own derivation.
    mutating func expected(_ format: BeaconFormat, at moment: Timestamp) -> EphemeralIdentifier? {
        let slot = BeaconFormat.bluezone.slotLength.wholeMilliseconds
        let time = Timestamp(milliseconds: moment.milliseconds / slot * slot)
        let index = Int(time.millisecondsOfDay / format.slotLength.wholeMilliseconds)
        return keys.key(format, at: time)?.identifiers(firstInterval: time.day.firstInterval)[index]
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Radio

/// Decides what is on the air: which identifiers, from when to when, and when there must be silence. A value that
/// never acts: each event answers what to do, and `deadline` says when it wants to be asked again.
///
/// Both formats change in the same step, so that nobody can follow the device from one to the other. With Bluezone on
/// the air the step is its slot, aligned to UTC; with Exposure Notification alone it is a random 10 to 20 minutes. No
/// step crosses a midnight.
package struct Rotation: Sendable {
    /// What changed since the rotation was last asked.
    package enum Event: Hashable, Sendable {
        /// Time passed, or the clock was set.
        case tick
        /// The radio says what it can do; `.ready` also when it lost what it had on the air.
        case radio(RadioState)
        case paused(Bool)
        /// Whether the wall clock can be trusted.
        case clockTrusted(Bool)
        /// What Exposure Notification's metadata shall say from the next step on.
        case metadata(ExposureNotificationMetadata)
        /// The daily keys were replaced.
        case newKeys
        /// The radio refused what it was last asked to send.
        case refused
        /// The radio did what it was last asked.
        case accepted
    }

    /// What to do with the radio.
    package enum Action: Hashable, Sendable {
        case nothing
        /// Send these instead of whatever is on the air, under fresh addresses.
        case send([BeaconPayload])
        /// Take everything off the air.
        case silence
    }

    /// One stay of identifiers on the air, or of silence for want of a key.
    package struct Step: Hashable, Sendable {
        package let onAir: [BeaconPayload]
        /// The wall-clock time in which these identifiers may be heard.
        package let validity: Range<Timestamp>
        /// The boot time past which they leave the air, whatever the wall clock says.
        package let limit: Duration
    }

    private let formats: [BeaconFormat]
    private var radio = RadioState.noBus
    private var isPaused = false
    private var isClockTrusted = false
    private var metadata: ExposureNotificationMetadata
    private var retry: (at: Duration, delay: Duration)?
    /// The identifiers that are on the air or shall be; nil in silence.
    package private(set) var step: Step?
    private var isOnAir = false

    /// Starts in silence. `metadata` is what Exposure Notification's beacons declare.
    package init(formats: [BeaconFormat], metadata: ExposureNotificationMetadata) {
        self.formats = formats
        self.metadata = metadata
    }

    /// Whether identifiers are on the air as far as the radio said.
    package var isSending: Bool { isOnAir }

    /// Takes an event and answers what to do. Draws daily keys from `keys` as days begin.
    package mutating func handle(
        _ event: Event, at now: Moment, keys: inout KeyRing, using random: inout some RandomNumberGenerator
    ) -> Action {
        var mustRenew = false
        switch event {
        case .tick: break
        case .radio(let state):
            radio = state
            // Whatever was on the air is gone or in doubt: put the same identifiers there anew.
            if state == .ready { mustRenew = true }
            retry = nil
        case .paused(let paused): isPaused = paused
        case .clockTrusted(let trusted): isClockTrusted = trusted
        case .metadata(let metadata): self.metadata = metadata
        case .newKeys: step = nil
        case .refused:
            isOnAir = false
            let delay = min((retry?.delay ?? .milliseconds(2500)) * 2, .seconds(60))
            retry = (now.boot + delay, delay)
            return .nothing
        case .accepted:
            isOnAir = step?.onAir.isEmpty == false
            retry = nil
            return .nothing
        }
        guard maySend else { return fallSilent() }
        if let retry, retry.at <= now.boot {
            self.retry?.at = now.boot + retry.delay
            mustRenew = true
        }
        if let step, step.validity.contains(now.wall), now.boot < step.limit {
            return mustRenew ? action(for: step) : .nothing
        }
        let next = makeStep(at: now, keys: &keys, using: &random)
        step = next
        return action(for: next)
    }

    private mutating func action(for step: Step) -> Action {
        if !step.onAir.isEmpty { return .send(step.onAir) }
        isOnAir = false
        return .silence
    }

    /// When keys that are closed now have had their last slot: the end of the slot under way. Until then there is silence. All
    /// devices change at that moment, so nobody can follow this one from the key that is published to the next.
    package func closingTime(at now: Timestamp) -> Timestamp {
        let format: BeaconFormat = formats.contains(.bluezone) ? .bluezone : .exposureNotification
        let length = format.slotLength.wholeMilliseconds
        let begin = now.day.start.advanced(by: .milliseconds(now.millisecondsOfDay / length * length))
        return begin.advanced(by: format.slotLength)
    }

    /// Whether nothing is sent because a key was closed and the next one has not begun.
    package var isBetweenKeys: Bool { maySend && step?.onAir.isEmpty == true }

    /// The boot time at which `handle(.tick)` is due; nil while only an event can change anything.
    package func deadline(at now: Moment) -> Duration? {
        guard let step, maySend else { return nil }
        let end = min(now.boot + step.validity.upperBound.duration(since: now.wall), step.limit)
        return retry.map { min($0.at, end) } ?? end
    }

    private var maySend: Bool { radio == .ready && !isPaused && isClockTrusted && !formats.isEmpty }

    private mutating func fallSilent() -> Action {
        // The step is kept only while the radio is away, so that within one slot the same identifiers come back.
        if isPaused || !isClockTrusted { step = nil }
        let wasSending = isOnAir
        isOnAir = false
        return wasSending || radio == .ready ? .silence : .nothing
    }

    private func makeStep(
        at now: Moment, keys: inout KeyRing, using random: inout some RandomNumberGenerator
    ) -> Step {
        let day = now.wall.day
        let validity: Range<Timestamp>
        if formats.contains(.bluezone) {
            let slot = Int64(BluezoneDerivation.slot(of: now.wall))
            let begin = day.start.advanced(by: BeaconFormat.bluezone.slotLength * slot)
            validity = begin..<begin.advanced(by: BeaconFormat.bluezone.slotLength)
        } else {
            let length = Duration.seconds(Int64.random(in: 601...1199, using: &random))
            validity = now.wall..<min(now.wall.advanced(by: length), day.end)
        }
        // By the step's beginning, not by now: a station that starts in the middle of a slot (or starts again) then sends
        // what it would have sent anyway, and never one format's identifier beside two of the other's.
        let onAir = formats.compactMap { format in
            keys.key(format, at: validity.lowerBound).map { payload(format, key: $0, at: validity.lowerBound) }
        }
        // Both formats or none: after a key was closed there is silence until the next slot.
        let isComplete = onAir.count == formats.count
        let end = isComplete ? validity.upperBound : closingTime(at: now.wall)
        return Step(
            onAir: isComplete ? onAir : [], validity: validity.lowerBound..<end,
            limit: now.boot + end.duration(since: now.wall))
    }

    private func payload(_ format: BeaconFormat, key: DailyKey, at time: Timestamp) -> BeaconPayload {
        switch format {
        case .bluezone:
            let slot = BluezoneDerivation.slot(of: time)
            return BeaconPayload(identifier: BluezoneDerivation.identifiers(key: key.bytes, count: slot + 1)[slot])
        case .exposureNotification:
            let derivation = ExposureNotificationDerivation(key: key.bytes)
            let identifier = derivation.identifiers(from: time.interval, count: 1)[0]
            return BeaconPayload(
                identifier: identifier,
                metadata: derivation.applyMetadataCipher(metadata.word, identifier: identifier))
        }
    }
}

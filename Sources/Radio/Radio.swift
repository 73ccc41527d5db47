// SPDX-License-Identifier: GPL-3.0-or-later
// What the station asks of a radio, and what a radio tells it. The contract that BlueZRadio and AirRadio keep.

package import Beacon

/// What shall be on the air, and whether we listen: the whole of what the station wants from its radio now.
package struct RadioPlan: Hashable, Sendable {
    /// The beacons to send, at most one of each format; empty is silence.
    package var onAir: [BeaconPayload]
    /// Whether a scan window is open.
    package var isScanning: Bool

    package init(onAir: [BeaconPayload] = [], isScanning: Bool = false) {
        self.onAir = onAir
        self.isScanning = isScanning
    }
}

/// Why a radio can or cannot do its work at this moment.
package enum RadioState: Hashable, Sendable {
    /// The message bus is away.
    case noBus
    /// Nobody owns org.bluez.
    case noDaemon
    /// The Bluetooth daemon runs and has no adapter (or not the configured one).
    case noAdapter
    /// The adapter is there and powered off.
    case off
    /// The adapter is switched off by rfkill (flight mode).
    case blocked
    /// Somebody made the adapter discoverable or connectable: a broadcast would carry its public address. Every plan is
    /// refused, one that only listens too: discovery asks its peers for more, on legacy controllers under the address of
    /// what is advertised beside it, by whomever, which is then the public one; and where the kernel cannot set a random
    /// address it takes the public one for that (bluez-facts 4).
    case exposed
    /// Ready to send and to listen.
    case ready
}

/// One advertisement of a beacon, heard once.
package struct Reception: Hashable, Sendable {
    package var payload: BeaconPayload
    /// Signal strength in dBm, -127 ... 20.
    package var rssi: Int8
    /// CLOCK_BOOTTIME when it was heard.
    package var time: Duration
    /// Whether its sender had to be asked for the payload, seconds after it was heard perhaps: it comes late by nature.
    package var isRead: Bool

    package init(payload: BeaconPayload, rssi: Int8, time: Duration, isRead: Bool = false) {
        self.payload = payload
        self.rssi = rssi
        self.time = time
        self.isRead = isRead
    }
}

/// What a radio tells the station, in the order it happened.
package enum RadioEvent: Hashable, Sendable {
    /// The state now. Sent at the start of `run`, at every change, and again with `.ready` whenever what was on the air
    /// may be gone (adapter powered anew, bluetoothd restarted, advertisement released, machine woke up): the station
    /// answers `.ready` by applying its plan anew.
    case state(RadioState, adapter: String?)
    /// A beacon was heard.
    case heard(Reception)
    /// The power in dBm that the controller chose for our advertisements.
    case transmitPower(Int8)
    /// Whether no device at all, beacon or not, was heard for so long that the receiver may be stuck; what can be done
    /// about it was done.
    case silence(Bool)
    /// A peer was asked for the identifier that it does not send, and handed one over or not.
    case asked(isAnswered: Bool)
    /// `count` reports were dropped as malformed since the last such event.
    case malformed(count: Int)
    /// How the radio listens from now on. `obstacle` says why it is not the way that was asked for.
    case listens(ScanWay, obstacle: String?)
    /// `count` reports were lost since the last such event: the reader or this machine was too slow.
    case lost(count: Int)
}

/// Why a plan is not in force.
package enum RadioError: Error, Hashable, Sendable {
    /// The radio is not ready; the state says why. Nothing of ours is on the air.
    case notReady(RadioState)
    /// The controller or BlueZ has no free advertising slot; this many of the plan's beacons are on the air.
    case noSlot(onAir: Int)
    /// BlueZ refused: its error name and its text.
    case refused(name: String, message: String)
    /// The plan's beacons are on the air as they shall be, but BlueZ opens no scan window: its error name and its text.
    case deaf(name: String, message: String)

    /// A newer plan, or the radio's own state, took this plan's place while it was being brought about: no failure.
    package static let overtaken = RadioError.refused(
        name: "org.bluezone1.Error.Overtaken", message: "a newer plan took this one's place")
}

/// A Bluetooth LE radio that broadcasts beacons and hears those of others.
package protocol Radio: Sendable {
    /// Everything that happens. One reader. Keeps the newest 4096 events; `heard` events beyond that are lost and counted.
    var events: AsyncStream<RadioEvent> { get }

    /// Reports lost since the start because the reader, or on an HCI socket this machine, was too slow.
    var lostEvents: Int { get }

    /// Works until the task is cancelled, then takes everything of ours off the air and returns; plans that come later
    /// are refused with `notReady`. Survives the bus, the Bluetooth daemon and the adapter going away and coming back.
    func run() async

    /// Brings the air into line with `plan`, whatever it was before.
    ///
    /// When the beacons differ from those on the air (or `renewing`), everything of ours goes off the air first, and
    /// every new advertisement goes out under a fresh address: stop listening, withdraw, register anew on new object
    /// paths, listen again. When only `isScanning` differs the advertisements stay untouched.
    ///
    /// With fewer slots than beacons the formats take turns of some seconds, each under a fresh address. As long as that
    /// plan is in force its `noSlot` is thrown again, also when no more than the scan window had to change.
    func apply(_ plan: RadioPlan, renewing: Bool) async throws(RadioError)

    /// While a newer plan is to come (`isUrgent`), the one under way gives up as `overtaken` where it would wait for something to
    /// become possible.
    func hurry(_ isUrgent: Bool) async
}

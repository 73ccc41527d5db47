// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Bus

/// Whom to ask next for an identifier that is not on the air: an iPhone hands it over by a GATT read. A value: what was
/// heard and what became of a read go in, an address to ask comes out.
///
/// One read at a time, the strongest first. What a peer answered stands for its address until the slot ends, as in the
/// app for Android; one that failed is not asked again before. `slot` counts Bluezone's quarters of an hour of the wall
/// clock, times are CLOCK_BOOTTIME.
package struct HandoverQueue {
    package struct Limits {
        /// Addresses that are remembered.
        package var capacity = 256
        /// How long one read may take, from connecting to the answer.
        package var read: Duration = .seconds(15)
        /// How often one read may try to connect, and how long after a try the next one begins: a request that is lost on the
        /// air nobody below repeats.
        package var tries = 3
        package var tryStep: Duration = .milliseconds(250)
        /// How long the end of its connection may take, which is no time of the air's.
        package var ending: Duration = .seconds(6)
        /// Reads take at most this much time of any `period`.
        package var allowance: Duration = .seconds(90)
        package var period: Duration = .seconds(300)
        /// A read counts at least this long: what fails at once must not be asked without end either.
        package var least: Duration = .seconds(1)
        /// A peer not heard for so long is not asked any more.
        package var patience: Duration = .seconds(60)

        package init() {}
    }

    /// What to do now.
    package enum Step: Hashable {
        /// Nobody waits, or a read is under way: look again when somebody was heard, or it has ended.
        case nothing
        /// The allowance is used up: look again at this time.
        case wait(until: Duration)
        /// Ask this peer, which is the one being asked from now on.
        case ask(DeviceAddress)
    }

    /// What became of a read.
    package enum Outcome: Hashable {
        case answered(BeaconPayload)
        /// The answer was no identifier.
        case malformed
        case failed
        /// bluetoothd does not know the peer, or no more: it forgets whom it has not heard for half a minute. The peer may be
        /// asked when it is heard again, once in a slot: whoever is bonded with this machine bluetoothd knows by another address.
        case gone
        /// Something more important came: the peer may be asked again.
        case givenUp
    }

    private enum Peer {
        case waiting(rssi: Int8, heard: Duration)
        case known(BeaconPayload)
        case spent
    }

    private struct Read {
        var begin: Duration
        var end: Duration
    }

    package let limits: Limits
    private var slot: Int64?
    private var peers: [DeviceAddress: Peer] = [:]
    /// Whom bluetoothd did not know when it was to be asked.
    private var forgotten: Set<DeviceAddress> = []
    private var asked: DeviceAddress?
    private var reads: [Read] = []

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// A peer was heard that hands its identifier over; answers the identifier when it is known.
    package mutating func hear(_ address: DeviceAddress, rssi: Int8, at time: Duration, slot: Int64) -> BeaconPayload? {
        enter(slot)
        switch peers[address] {
        case .known(let beacon): return beacon
        case .spent: return nil
        case .waiting: break
        case nil: guard makeRoom(for: rssi, at: time) else { return nil }
        }
        peers[address] = .waiting(rssi: rssi, heard: time)
        return nil
    }

    /// Whom to ask now.
    package mutating func next(at now: Duration, slot: Int64) -> Step {
        enter(slot)
        guard asked == nil else { return .nothing }
        forget(before: now - limits.patience)
        let best = waiting.max { ($0.rssi, $1.address.bits) < ($1.rssi, $0.address.bits) }
        guard let best else { return .nothing }
        reads.removeAll { $0.end <= now - limits.period }
        var end = now
        var excess = spent(at: now) + limits.read - limits.allowance
        // Each read leaves the period as the time goes on, the oldest first.
        for read in reads where excess > .zero {
            let begin = max(read.begin, now - limits.period)
            let gone = min(read.end - begin, excess)
            end = begin + gone + limits.period
            excess -= gone
        }
        if end > now { return .wait(until: end) }
        asked = best.address
        reads.append(Read(begin: now, end: now + limits.read))
        return .ask(best.address)
    }

    /// What the read under way has come to; answers what was heard by it: the identifier, as strong and as long ago as
    /// the peer's last advertisement.
    package mutating func conclude(_ outcome: Outcome, at now: Duration, slot: Int64) -> Reception? {
        guard let address = asked, let read = reads.last else { return nil }
        reads[reads.count - 1].end = max(now, read.begin + limits.least)
        let peer = peers[address]
        enter(slot)
        // What was read in one slot says nothing of the next.
        let isCurrent = peers[address] != nil
        switch outcome {
        case .answered(let beacon):
            if isCurrent { peers[address] = .known(beacon) }
            guard case .waiting(let rssi, let heard) = peer else { return nil }
            return Reception(payload: beacon, rssi: rssi, time: heard, isRead: true)
        case .malformed, .failed: if isCurrent { peers[address] = .spent }
        case .gone: if isCurrent { peers[address] = forgotten.insert(address).inserted ? nil : .spent }
        case .givenUp: break
        }
        return nil
    }

    /// The read under way has ended, its connection too.
    package mutating func end() { asked = nil }

    /// The time that reads took of the period that ends now.
    package func spent(at now: Duration) -> Duration {
        reads.reduce(.zero) { $0 + max(.zero, $1.end - max($1.begin, now - limits.period)) }
    }

    /// With a new slot all identifiers are new, and everybody may be asked again.
    private mutating func enter(_ new: Int64) {
        guard slot != new else { return }
        slot = new
        (peers, forgotten) = ([:], [])
    }

    private var waiting: [(address: DeviceAddress, rssi: Int8, heard: Duration)] {
        peers.compactMap { address, peer in
            if case .waiting(let rssi, let heard) = peer { (address, rssi, heard) } else { nil }
        }
    }

    private mutating func forget(before time: Duration) {
        for peer in waiting where peer.heard < time { peers[peer.address] = nil }
    }

    /// Whether there is a place for a peer of this strength; if need be that of the weakest that waits.
    private mutating func makeRoom(for rssi: Int8, at now: Duration) -> Bool {
        guard peers.count >= limits.capacity else { return true }
        forget(before: now - limits.patience)
        guard peers.count >= limits.capacity else { return true }
        let others = waiting.filter { $0.address != asked }
        guard let weakest = others.min(by: { $0.rssi < $1.rssi }), weakest.rssi < rssi else { return false }
        peers[weakest.address] = nil
        return true
    }
}

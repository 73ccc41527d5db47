// SPDX-License-Identifier: GPL-3.0-or-later
// Advertisements that outlived the bluetoothd they were registered with (docs/decisions/0002-rotation.md). The kernel goes on
// sending them, and a new bluetoothd takes back only those whose number is no higher than their count. What it does not know of
// nobody can withdraw; but who registers anything under the same number takes its place. So all free numbers are taken for a
// moment, the first time that a plan is carried out through a bluetoothd.

internal import Beacon
internal import Bus

/// Whether leftovers are still to be displaced, by bluetoothd and adapter.
struct Leftovers {
    /// More than this many advertisements of a machine are not looked for; the kernel knows 5 on a controller without sets.
    static let highestNumber = 16
    /// How often a bluetoothd is tried that refuses: a controller without sets does, while another program scans.
    static let tries = 8
    /// bluetoothd frees a number when it has nothing else to do: how often to look, and for how long.
    static let step: Duration = .milliseconds(50)
    static let patience: Duration = .seconds(2)

    /// The unique name of bluetoothd and the adapter's path.
    struct Place {
        var owner: String
        var adapter: String
    }

    private var owner: String?
    /// By adapter. One that is pulled out and put back has nothing left over.
    private var triesLeft: [String: Int] = [:]

    /// How many advertisements displace whatever is left over at a place with room for `capacity`; 0 when that was done.
    mutating func count(at place: Place, capacity: Int) -> Int {
        if place.owner != owner { (owner, triesLeft) = (place.owner, [:]) }
        let left = triesLeft[place.adapter] ?? Self.tries
        guard left > 0 else { return 0 }
        triesLeft[place.adapter] = left - 1
        return min(capacity, Self.highestNumber)
    }

    /// They were all registered, or found every number taken: nothing is left over.
    mutating func displaced(at place: Place) { if place.owner == owner { triesLeft[place.adapter] = 0 } }
}

extension BlueZRadio {
    /// The paths of all that we have registered.
    var registered: [String] { onAir.map(\.path) + stopgaps }

    /// Displaces what may be left over, if that is still to be done, by advertisements that say nothing: for a moment the
    /// kernel may send the bytes of one under the address of what had its number before. Whether it took `old` off the air.
    func displaceLeftovers(insteadOf old: [String]) async -> Bool {
        guard let owner = tracker.owner, let adapter = tracker.path else { return false }
        let place = Leftovers.Place(owner: owner, adapter: adapter)
        let count = leftovers.count(at: place, capacity: tracker.adapter?.capacity ?? 0)
        // What has the only number there is, the next bluetoothd is told of.
        guard count > 1 else { return false }
        let mute = (0..<count).map { _ in BlueZAdvertisement(path: freshPath(), service: 0) }
        stopgaps = mute.map(\.path)
        let errors = await exchange(old, for: mute, adapter)
        if errors.allSatisfy({ $0 == nil || $0?.remoteName == "org.bluez.Error.NotPermitted" }) {
            leftovers.displaced(at: place)
        }
        // Whoever silenced us meanwhile has withdrawn them.
        let accepted = zip(stopgaps, errors).filter { $1 == nil }.map(\.0)
        stopgaps = []
        if !accepted.isEmpty {
            _ = await exchange(accepted, for: [], adapter)
            // Until their numbers are free.
            await pause(Leftovers.step)
        }
        return true
    }
}

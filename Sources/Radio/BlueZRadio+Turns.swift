// SPDX-License-Identifier: GPL-3.0-or-later
// Two formats on one slot: each has it in turn.

internal import Beacon

extension BlueZRadio {
    /// Whether the controller has no advertising sets. For such a one the kernel takes turns itself, every two seconds, and
    /// needs a fresh address for each, which a controller refuses while it scans: seen in the guest, adverts were off the
    /// air for half of the time beside scans of 4 s in 6, and now and then one's bytes went out under the other's address.
    /// So it never gets more than one of ours, and we take the turns, between scan windows.
    var sendsOneByOne: Bool { tracker.adapter?.hasAdvertisingSets == false }

    /// Has these beacons take turns from now on.
    func share(_ beacons: [BeaconPayload]) {
        crowded = Set(beacons)
        crowding.continuation.yield()
    }

    /// Whether a turn may end: something of ours is on the air, and is what belongs there. What left it comes back with the
    /// station's next plan, which shares anew; the plan of before may be of an hour ago.
    private var isTakingTurns: Bool {
        crowded != nil && !onAir.isEmpty && !isStale && !isEnded && !isAsleep && state == .ready
    }

    /// While beacons share too few slots, each goes on the air when its turn comes, under a fresh address every time. A read
    /// under way puts that off: a turn is about as long as a read, and would end every other one. A plan waits for neither.
    func takeTurns() async {
        for await _ in crowding.stream {
            try? await Task.sleep(for: patience.turnLength)
            let path = lastPath
            isTurnDue = isTakingTurns
            if isTurnDue { await letReadingEnd() }
            while isTakingTurns, !Task.isCancelled, await !takeTurn(after: path) {
                try? await Task.sleep(for: .milliseconds(20))
            }
            isTurnDue = false
            handoverBell.continuation.yield()
        }
    }

    /// Lets the next ones go on the air; false when somebody else was at work there first. Nothing is left to do when a plan
    /// registered anything after `path`: what shares the slots since then has just begun its turn.
    private func takeTurn(after path: Int) async -> Bool {
        let mine = turn
        return await exclusively {
            guard lastPath == path else { return true }
            guard turn == mine, isTakingTurns else { return false }
            if sendsOneByOne, await isScannedByOthers() {
                // What is on the air stays there: off it, nothing could take its place.
                crowding.continuation.yield()
                if plan.isScanning, turn == mine, state == .ready { try? await listen(mine) }
            } else {
                do throws(RadioError) { try await renew(plan, true, mine) } catch { tellFailedTurn(error, mine) }
            }
            return true
        }
    }

    /// Nothing is on the air where something should be: the station is asked to try again, and hears why it cannot.
    private func tellFailedTurn(_ error: RadioError, _ mine: Int) {
        switch error {
        case .overtaken:
            // The plan that came between may find itself in force with what was on the air before, and then nobody shares anew.
            crowding.continuation.yield()
        case .noSlot(onAir: 1...), .deaf, .notReady: return
        case .noSlot, .refused:
            guard turn == mine else { return }
            isStale = true
            tell(again: true)
        }
    }

    /// Whether another program scans, which without a scan of ours is what bluetoothd says. Closes our scan window.
    private func isScannedByOthers() async -> Bool {
        await stopListening(patience.callLimit)
        for _ in 0..<10 where tracker.adapter?.isDiscovering == true {
            try? await Task.sleep(for: .milliseconds(30))
        }
        return tracker.adapter?.isDiscovering == true
    }

    /// The beacons in the order to register them. With one slot for two formats each has it in turn, so the one that went
    /// out first lets the next one pass, unless it only comes back on the air within its turn.
    func inTurn(_ beacons: [BeaconPayload], _ isNextStep: Bool) -> [BeaconPayload] {
        guard let first, let place = beacons.firstIndex(where: { $0.identifier.format == first.identifier.format })
        else { return beacons }
        let start = isNextStep || beacons[place] != first ? place + 1 : place
        return Array(beacons[start...] + beacons[..<start])
    }
}

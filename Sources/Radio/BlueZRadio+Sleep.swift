// SPDX-License-Identifier: GPL-3.0-or-later
// The machine's sleep. On waking the kernel sends again what was on the air, before any program runs: an identifier that
// may have ended long ago. So everything leaves the air before the machine sleeps, and the machine waits for that.

internal import Bus

extension BlueZRadio {
    static let sleepManager = "org.freedesktop.login1"

    /// Asks every new logind to wait for us.
    func followSleepManager() async {
        for await owner in await bus.owners(of: Self.sleepManager) {
            isAsleep = false
            if owner == nil { inhibitor = nil } else { await inhibitSleep() }
        }
    }

    private func inhibitSleep() async {
        inhibitor = try? await bus.inhibitSleep(
            who: "bluezoned", why: "Take expired identifiers off the air", timeout: patience.callLimit)
    }

    /// PrepareForSleep.
    func prepareForSleep(_ isGoing: Bool) async {
        isAsleep = isGoing
        if isGoing {
            await silenceAtOnce(patience.farewellLimit)
            isStale = true
            inhibitor = nil
        } else {
            silence.restart(count: timesHeard)
            await settle(isRenewed: true)
            if inhibitor == nil { await inhibitSleep() }
        }
    }
}

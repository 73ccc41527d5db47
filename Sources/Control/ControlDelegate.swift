// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// What the control interface asks of the daemon. Whether the caller may ask has been checked before.
package protocol ControlDelegate: Sendable {
    /// The status at this moment. Asked once for each property that somebody reads, so it must be cheap.
    func status() async -> StationStatus

    /// The alerts that stand, in any order.
    func alerts() async -> [AlertNotice]

    /// What was heard within the last scans, in any order.
    func nearby() async -> [NearbyBeacon]

    /// Goes off the air and stops listening for `seconds`; 0 is until `resume`. A pause during a pause replaces it.
    func pause(seconds: UInt32) async throws(ControlRefusal)

    /// Ends a pause; without one, nothing happens.
    func resume() async throws(ControlRefusal)

    /// Compares the journal with the case keys now, and returns when that is done.
    func match() async throws(ControlRefusal)

    /// Deletes the journal, the own keys, the imported case keys and the alerts, and starts anew with fresh keys.
    /// Returns when nothing of it is left on disk.
    func forget() async throws(ControlRefusal)

    /// What could be published: days, formats and numbers of keys, the oldest day first.
    func publishable() async throws(ControlRefusal) -> [PublishableKeys]

    /// Closes the keys of these days, today's with the slot under way, and gives them to somebody whose owner agreed. Refuses
    /// days of which there is nothing, and then closes none.
    func handOutKeys(of days: Set<UTCDay>) async throws(ControlRefusal) -> [HandedOutKey]
}

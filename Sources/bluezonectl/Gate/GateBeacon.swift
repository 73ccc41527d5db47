// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control

/// What tells one beacon in front of the gate from another: its format and the three bytes of its identifier that the
/// daemon gives away. Kept for as long as the beacon is there, and no longer.
struct GateBeacon: Hashable {
    let format: BeaconFormat
    let prefix: String

    init(_ beacon: NearbyBeacon) {
        format = beacon.format
        prefix = beacon.prefix
    }
}

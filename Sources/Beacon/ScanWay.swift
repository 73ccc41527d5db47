// SPDX-License-Identifier: GPL-3.0-or-later

/// How beacons are heard. docs/decisions/0008-scanning.md compares the ways.
package enum ScanWay: String, Hashable, Sendable, CaseIterable {
    /// bluetoothd's discovery: an active scan, told device by device over D-Bus. Needs nothing.
    case discovery
    /// bluetoothd's advertisement monitor: a passive scan, told packet by packet over D-Bus, its RSSI in steps of 8 dB.
    /// Needs an experimental bluetoothd, up to 5.68 or with a controller that compares patterns.
    case monitor
    /// Reports read from an HCI socket while bluetoothd scans. Needs CAP_NET_RAW and AF_BLUETOOTH.
    case hci
}

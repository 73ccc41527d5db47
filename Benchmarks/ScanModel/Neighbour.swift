// SPDX-License-Identifier: GPL-3.0-or-later

/// How a kind of device sends what is to be heard of it. Times in seconds.
package struct Neighbour: Sendable {
    package let name: String
    /// Between two advertisements; each device has one interval out of these, and BLE adds 0 to 10 ms each time.
    package let intervals: ClosedRange<Double>
    /// On the air so long, then silent so long, over and over; no silence for a device that always sends.
    package let turn: Double
    package let silence: Double

    package init(_ name: String, every intervals: ClosedRange<Double>, turn: Double = 1, silence: Double = 0) {
        self.name = name
        self.intervals = intervals
        self.turn = turn
        self.silence = silence
    }

    /// Everybody there is to be heard; docs/scanning.md says where the figures come from.
    package static let kinds: [Neighbour] = [
        Neighbour("Bluezone app, Android, background", every: 0.1...0.1, turn: 15, silence: 15),
        Neighbour("Bluezone app, Android, foreground", every: 0.1...0.1, turn: 150, silence: 5),
        Neighbour("Exposure Notification phone", every: 0.2...0.27),
        Neighbour("this daemon, two instances", every: 0.25...0.25),
        Neighbour("this daemon, two instances, BlueZ before 5.77", every: 1.28...1.28),
        Neighbour(
            "this daemon, controller without advertising sets", every: 0.1...0.15, turn: 15, silence: 15),
        Neighbour("this daemon, one instance", every: 0.25...0.25, turn: 15, silence: 15),
    ] + iPhones

    /// Who sends no identifier and has to be asked for it.
    package static let iPhones = [
        Neighbour("iPhone, app in the foreground", every: 0.15...0.32),
        Neighbour("iPhone, app in the background", every: 1.0...2.0),
    ]

    /// For whom nothing is promised: half of the time off the air, and seldom sending in the other half.
    package static let beyond = [
        Neighbour("this daemon, one instance, BlueZ before 5.77", every: 1.28...1.28, turn: 15, silence: 15)
    ]
}

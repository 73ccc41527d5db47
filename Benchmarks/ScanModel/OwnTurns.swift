// SPDX-License-Identifier: GPL-3.0-or-later

/// On a controller with one slot for two formats the station's own turns end its scan for a moment, over and over: the scan
/// stops, one format leaves the air, the other comes, and the scan begins anew. Times in seconds.
package struct OwnTurns: Sendable {
    package let length: Double
    /// From the end of the scan until the next one is asked for.
    package let deafness: Double

    /// As the radio takes them; how long it is deaf was measured in the guest (docs/scanning.md).
    package static let oneSlot = OwnTurns(length: 15, deafness: 0.2)

    package init(length: Double, deafness: Double) {
        self.length = length
        self.deafness = deafness
    }

    /// What is left of a window to listen in, the turns counted from `phase`.
    func listening(from start: Double, to end: Double, phase: Double) -> [(from: Double, to: Double)] {
        let step = length + deafness
        var parts: [(from: Double, to: Double)] = []
        var turn = phase + ((start - phase) / step).rounded(.down) * step
        while turn < end {
            let (from, to) = (max(turn, start), min(turn + length, end))
            if from < to { parts.append((from, to)) }
            turn += step
        }
        return parts
    }
}

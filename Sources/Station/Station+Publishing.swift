// SPDX-License-Identifier: GPL-3.0-or-later
// The daemon's part of publishing: what there is, and the keys that their owner agreed to give out.

package import Beacon
package import Control
internal import Logging

extension Station {
    /// Days before today whose keys may be published: nobody looks for older ones.
    static let publishableDays = 14

    package func publishable() throws(ControlRefusal) -> [PublishableKeys] {
        try refuseUntrustedClock()
        let now = clock.now.wall
        var days: [PublishableKeys] = []
        for key in publishableKeys(at: now) {
            let isInUse = !key.isClosed && key.day == now.day
            if let last = days.indices.last, (days[last].day, days[last].format) == (key.day, key.key.format) {
                days[last].count += 1
                days[last].isInUse = days[last].isInUse || isInUse
            } else {
                days.append(PublishableKeys(day: key.day, format: key.key.format, count: 1, isInUse: isInUse))
            }
        }
        return days
    }

    package func handOutKeys(of days: Set<UTCDay>) async throws(ControlRefusal) -> [HandedOutKey] {
        try refuseUntrustedClock()
        let now = clock.now.wall
        let known = Set(publishableKeys(at: now).map(\.day))
        if let day = days.subtracting(known).min() { throw .failed("there is no key of \(day) to hand out") }
        var closed: [OwnKey] = []
        var ring = keys
        let end = rotation.closingTime(at: now)
        for day in days.sorted() { closed += ring.close(day, before: day < now.day ? day.end : end) }
        // On disk before anybody has them: a key that is given out and forgotten to be closed would go on the air again.
        if ring.needsSaving {
            do { try store.save(ring) } catch { throw .failed("the closing of the keys could not be stored: \(error)") }
            ring.needsSaving = false
        }
        keys = ring
        logger.notice("keys of \(days.count) days were handed out to be published")
        if days.contains(now.day) {
            logger.notice("today's keys are closed: silence until \(end.timeOfDay) UTC, then new ones")
            rotate(.newKeys, clock.now)
            await wake(.tick)
        }
        return closed.map { HandedOutKey(day: $0.day, key: $0.key, slots: $0.slots) }
    }

    /// The keys that have been on the air, or may have been.
    private func publishableKeys(at now: Timestamp) -> [OwnKey] {
        let days = now.day.advanced(by: -Self.publishableDays)...now.day
        let end = rotation.closingTime(at: now)
        return keys.keys.filter { days.contains($0.day) && ($0.isClosed || $0.slots(before: end) != nil) }
    }

    private func refuseUntrustedClock() throws(ControlRefusal) {
        guard clockTrust.isTrusted else {
            throw .failed("the clock is not synchronised yet, so nobody can say which day it is")
        }
    }
}

extension Timestamp {
    /// `14:30`, in UTC.
    fileprivate var timeOfDay: String {
        let minutes = millisecondsOfDay / 60_000
        func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(padded(minutes / 60)):\(padded(minutes % 60))"
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// Collects the answers to several calls that were sent at one go. Used on the bus thread alone.
final class Answers {
    private var missing: Int
    private var errors: [Int: BusError] = [:]
    private var waiting: CheckedContinuation<Void, Never>?

    init(awaiting count: Int) { missing = count }

    /// One answer is there; an error is kept by its place.
    func count(_ error: BusError?, at place: Int?) {
        if let place { errors[place] = error }
        missing -= 1
        guard missing == 0 else { return }
        waiting?.resume()
        waiting = nil
    }

    /// The errors by place, once every answer is there.
    func all() async -> [Int: BusError] {
        if missing > 0 { await withCheckedContinuation { waiting = $0 } }
        return errors
    }
}

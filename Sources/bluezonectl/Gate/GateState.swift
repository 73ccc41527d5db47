// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// Everything the gate knows, and what follows of it: hearings and the time go in, a view comes out.
struct GateState {
    /// How old an answer may be before the gate says that it cannot see.
    static let patience = Duration.seconds(5)

    private let time: LocalTime
    private var judge: GateJudge
    private var counter: GateCounter
    private var earlier: [QuarterCount]
    private var last: GateHearing
    private var sight = GateSight()

    /// A gate that has heard nothing yet. `earlier` are quarters that an earlier run counted, oldest first.
    init(judge: GateJudge, earlier: [QuarterCount] = [], time: LocalTime, boot: Duration, wall: Timestamp) {
        self.judge = judge
        self.earlier = earlier
        self.time = time
        counter = GateCounter(at: wall)
        last = GateHearing(trouble: .starting, boot: boot, wall: wall)
    }

    /// Takes an answer in; answers the quarter that ended meanwhile, if one did.
    mutating func hear(_ hearing: GateHearing) -> QuarterCount? {
        let hasHeard = hearing.trouble == nil && last.trouble == nil && !last.isClockUntrusted
        let elapsed = hasHeard ? min(GateState.patience, hearing.boot - last.boot) : .zero
        last = hearing
        if hearing.trouble == nil || hearing.trouble == .resting {
            sight = judge.judge(hearing.beacons, at: hearing.boot)
        } else {
            judge.forget()
            sight = GateSight()
        }
        guard !hearing.isClockUntrusted else {
            // Nobody knows which quarter it is.
            counter = GateCounter(at: hearing.wall)
            return nil
        }
        let ended = counter.note(sight, at: hearing.wall, heardFor: elapsed)
        if let ended { earlier.append(ended) }
        let today = time.day(of: hearing.wall)
        earlier.removeAll { time.day(of: $0.quarter.start) != today }
        return ended
    }

    /// The quarter under way, to be kept when the gate ends; nil when it heard nothing in it.
    var unfinished: QuarterCount? { counter.kept.seconds > 0 ? counter.kept : nil }

    /// What to show at a moment.
    func view(boot: Duration, wall: Timestamp) -> GateView {
        let isOld = boot - last.boot > GateState.patience
        let trouble = isOld && last.trouble != .starting ? .silent("bluezoned does not answer") : last.trouble
        var view = GateView(verdict: .init(sight, trouble), quarter: counter.quarter, now: wall)
        let isSeeing = trouble == nil || trouble == .resting
        view.signal = isSeeing ? sight.signal : .nobody
        view.strongest = isSeeing ? sight.strongest : nil
        view.bluezone = counter.count(of: .bluezone)
        view.exposureNotification = counter.count(of: .exposureNotification)
        view.people = counter.people
        view.earlier = earlier
        view.isClockUntrusted = last.isClockUntrusted
        return view
    }
}

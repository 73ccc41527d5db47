// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// Everything the gate shows at one moment.
struct GateView: Hashable {
    /// Whether somebody with a working beacon is within about a metre.
    enum Verdict: Hashable {
        case yes
        case no
        /// Nobody can say, and why.
        case unknown(GateTrouble)
    }

    var verdict: Verdict
    var signal = GateSignal.nobody
    /// The strongest signal of the last seconds in dBm.
    var strongest: Int8?
    /// The quarter under way.
    var quarter: Quarter
    /// Different identifiers near in it so far, by format.
    var bluezone = 0
    var exposureNotification = 0
    var people = 0
    /// The quarters of today that are over, the newest last.
    var earlier: [QuarterCount] = []
    /// Whether the clock is not to be trusted, so that nothing is counted.
    var isClockUntrusted = false
    var now: Timestamp

    /// What is left of it for whoever waits for a change: not the time, nor by how much a signal strays.
    var withoutMoment: GateView {
        var view = self
        view.now = Timestamp(milliseconds: 0)
        view.strongest = nil
        return view
    }
}

extension GateView.Verdict {
    /// What follows of what was heard: a beacon that is there is there, whatever else is wrong with listening; that nobody
    /// is there only a gate that hears can say.
    init(_ sight: GateSight, _ trouble: GateTrouble?) {
        switch trouble {
        case nil: self = sight.present.isEmpty ? .no : .yes
        case .resting: self = sight.present.isEmpty ? .unknown(.resting) : .yes
        case .some(let trouble): self = .unknown(trouble)
        }
    }

    /// The word for programs.
    var word: String {
        switch self {
        case .yes: "yes"
        case .no: "no"
        case .unknown: "unknown"
        }
    }

    var trouble: GateTrouble? { if case .unknown(let trouble) = self { trouble } else { nil } }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control
internal import Platform

/// The gate at work: asks the daemon, keeps the state, tells the displays, keeps the counts.
struct GateRun {
    private enum Event: Sendable {
        case heard(GateHearing)
        case tick
        case resized
        case ended
    }

    let ear: GateEar
    let time: LocalTime
    let displays: [any GateDisplay]
    /// Where counts are kept, for how many days; nil: they are not.
    let counts: (file: CountFile, days: Int)?

    /// Returns after a signal that ends the process, with everything written and the terminal given back.
    func run(near: Int8) async {
        // Unbounded, for nobody who reads it waits for anything: two events a second.
        let (events, feed) = AsyncStream.makeStream(of: Event.self)
        let signals = ProcessSignals(ended: { feed.yield(.ended) }, resized: { feed.yield(.resized) })
        defer { signals.stop() }
        var state = GateState(
            judge: GateJudge(near: near, hold: ear.hold), earlier: stored(), time: time, boot: KernelClock.sinceBoot,
            wall: Daemon.now)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [ear] in await ear.listen { feed.yield(.heard($0)) } }
            group.addTask {
                while !Task.isCancelled {
                    feed.yield(.tick)
                    try? await Task.sleep(for: .seconds(1))
                }
            }
            loop: for await event in events {
                switch event {
                case .heard(let hearing):
                    if let ended = state.hear(hearing) { keep(ended) }
                    show(state)
                case .tick: show(state)
                case .resized: for display in displays { display.resize() }
                case .ended: break loop
                }
            }
            group.cancelAll()
        }
        if let unfinished = state.unfinished { keep(unfinished) }
        var last = state.view(boot: KernelClock.sinceBoot, wall: Daemon.now)
        last.verdict = .unknown(.closed)
        for display in displays { display.end(last) }
    }

    private func show(_ state: GateState) {
        let view = state.view(boot: KernelClock.sinceBoot, wall: Daemon.now)
        for display in displays { display.show(view) }
    }

    /// What earlier runs counted.
    private func stored() -> [QuarterCount] { (try? counts?.file.read().counts) ?? [] }

    /// A count that cannot be kept is told and lost: the gate itself goes on.
    private func keep(_ count: QuarterCount) {
        guard let counts else { return }
        do throws(SystemError) {
            try counts.file.append(count, droppingBefore: count.quarter.start.day.advanced(by: -counts.days))
        } catch {
            writeError("bluezonectl: the count of \(count.quarter.start.stamp) is lost: \(error)\n")
        }
    }
}

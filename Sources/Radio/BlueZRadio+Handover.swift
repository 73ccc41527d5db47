// SPDX-License-Identifier: GPL-3.0-or-later
// Asking iPhones for their identifiers, one at a time, beside what is on the air (docs/decisions/0009-handover.md).

internal import Beacon
internal import Bus
internal import Platform

extension BlueZRadio {
    /// Bluezone's quarter of an hour now.
    private static var slot: Int64 { KernelClock.wallMilliseconds / 900_000 }

    /// A peer was heard that hands its identifier over. What it answered before counts as heard.
    func hearIPhone(_ report: DeviceReport) {
        // All phones hide behind random addresses; whatever has a public one is something else.
        guard report.hasRandomAddress else { return }
        let known = handovers.hear(report.address, rssi: report.rssi, at: report.time, slot: Self.slot)
        if let known {
            outlet.send(.heard(Reception(payload: known, rssi: report.rssi, time: report.time)))
        } else {
            handoverBell.continuation.yield()
        }
    }

    /// Asks whoever is to be asked, until cancelled.
    func handOver() async {
        for await _ in handoverBell.stream {
            await askAll()
        }
    }

    private func askAll() async {
        while state == .ready, !isRenewing, !isTurnDue, !Task.isCancelled {
            switch handovers.next(at: KernelClock.sinceBoot, slot: Self.slot) {
            case .nothing: return
            case .wait(let until): try? await Task.sleep(for: until - KernelClock.sinceBoot)
            case .ask(let address): await ask(address)
            }
        }
    }

    /// Takes in what became of a read.
    private func conclude(_ outcome: HandoverQueue.Outcome) {
        if outcome == .malformed { outlet.countMalformed() }
        if outcome.isTold { outlet.send(.asked(isAnswered: outcome.isAnswer)) }
        if let heard = handovers.conclude(outcome, at: KernelClock.sinceBoot, slot: Self.slot) {
            outlet.send(.heard(heard))
        }
    }

    /// Gives up the read under way; returns when its connection is gone, or has been told to go.
    func giveUpReading() async {
        guard let readInterruption, let readEnd else { return }
        readInterruption.finish()
        let limit = patience.giveUpLimit
        await withTaskGroup { group in
            group.addTask { for await _ in readEnd {} }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits until the read under way has ended, its connection too, for as long as a turn may wait for that.
    func letReadingEnd() async {
        guard readEnd != nil else { return }
        // Not by `readEnd`: whoever gives up waiting for a stream ends it for everybody.
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        turnWait = continuation
        let limit = patience.turnDelay
        await withTaskGroup { group in
            group.addTask { for await _ in stream {} }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        turnWait = nil
    }

    /// One read within its time limit, and whatever comes of it the connection's end.
    private func ask(_ address: DeviceAddress) async {
        defer { handovers.end() }
        guard let adapter = tracker.path, let owner = tracker.owner else { return conclude(.givenUp) }
        let peer = HandoverPeer(bus: bus, owner: owner, adapter: adapter, path: address.path(on: adapter))
        let limits = handovers.limits
        let (stop, interruption) = AsyncStream.makeStream(of: Never.self)
        let (end, ended) = AsyncStream.makeStream(of: Never.self)
        (readInterruption, readEnd) = (interruption, end)
        let outcome = await withTaskGroup(of: HandoverQueue.Outcome?.self) { group in
            group.addTask { await peer.read(limits) }
            group.addTask {
                try? await Task.sleep(for: limits.read)
                return .failed
            }
            group.addTask {
                for await _ in stop {}
                return .givenUp
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? .failed
        }
        let isEnding = Task.isCancelled
        // Before the connection's end: bluetoothd takes seconds for that, and the scan window may close meanwhile.
        conclude(isEnding ? .givenUp : outcome)
        await peer.leave(isEnding ? patience.farewellLimit / 2 : limits.ending / 2)
        (readInterruption, readEnd) = (nil, nil)
        ended.finish()
        turnWait?.finish()
    }
}

extension HandoverQueue.Outcome {
    var isAnswer: Bool { if case .answered = self { true } else { false } }

    /// Whether it was a try that the owner hears of: somebody was asked, and nothing came between.
    var isTold: Bool {
        switch self {
        case .answered, .malformed, .failed: true
        case .gone, .givenUp: false
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// What happens to the station: words of the radio, of the watcher, and of what was done with its orders.

internal import Beacon
package import Control
internal import Logging
package import Platform
package import Radio

extension Station {
    /// Begins: the first look at the clock and the spool.
    package func start(control: ControlServer?) async {
        self.control = control
        deskSink.yield()
        await wake(.tick)
    }

    /// Something came from the radio.
    package func take(_ event: RadioEvent) async {
        switch event {
        case .heard(let reception): hear(reception)
        case .malformed(let count): malformed += count
        case .listens(let way, let obstacle):
            ear = (way, obstacle)
            logger.notice("listening by \(way.rawValue)\(obstacle.map { ": \($0)" } ?? "")")
            await publish()
        case .lost(let count):
            lostReports += count
            logger.warning("\(count) reports of the radio were lost for want of time")
            await publish()
        case .silence(let isSilent):
            guard isSilent != isSilentAround else { break }
            isSilentAround = isSilent
            logger.notice(
                isSilent
                    ? "no device at all is heard: nobody is near, or the adapter is stuck; everything is put on the air anew"
                    : "devices are heard again")
            await wake(.tick)
        case .asked(let isAnswered): if isAnswered { handovers.answered += 1 } else { handovers.failed += 1 }
        case .transmitPower(let power):
            chosenPower = power
            await wake(.metadata(metadata))
        case .state(let state, let adapter):
            if state != radioState || adapter != self.adapter {
                logger.notice("\(StationWords.radio(state, adapter: adapter))")
            }
            radioState = state
            if adapter != self.adapter { change(to: adapter) }
            if state != .ready {
                (onAir, isSilentAround) = ([], false)
                listening.stop(at: clock.now.boot)
            }
            await wake(.radio(state))
        }
    }

    /// Something came from the watcher.
    package func take(_ event: WatcherEvent) async {
        switch event {
        case .alarm: await wake(.tick)
        case .folderChanged: deskSink.yield()
        case .clockStepped:
            let now = clock.now
            let step = now.wall.duration(since: lastWall.wall(at: now.boot))
            // After every sleep the kernel says that it was set.
            let seconds = step.wholeMilliseconds / 1000
            if seconds != 0 { logger.notice("the clock was set by \(seconds) s") }
            await wake(.tick)
        }
    }

    /// The radio did, or did not do, what `order` says.
    package func completed(_ order: Order, _ error: RadioError?) async {
        measureListening(order, error)
        switch error {
        case nil, .noSlot(onAir: 1...), .deaf:
            // With too few slots the radio gives them to the formats in turn.
            onAir = order.plan.onAir
            // Only a window that opens shows that listening works again.
            if case .deaf = refusal, error == nil, !order.plan.isScanning { return await wake(.accepted) }
            if refusal != error { tell(error) }
            refusal = error
            await wake(.accepted)
        case .notReady: onAir = []
        case .overtaken: break
        case .refused, .noSlot:
            onAir = []
            if refusal != error { tell(error) }
            refusal = error
            await wake(.refused)
        }
    }

    private func tell(_ error: RadioError?) {
        guard let error else { return logger.notice("advertising and scanning work again") }
        logger.warning("\(StationWords.refusal(error))")
    }
}

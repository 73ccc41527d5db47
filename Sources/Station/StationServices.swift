// SPDX-License-Identifier: GPL-3.0-or-later
// The services that a daemon is made of. Each runs until it is told to end; the group ends them last to first.

internal import Bus
internal import Control
internal import Logging
internal import Platform
internal import Radio
internal import ServiceLifecycle
internal import UnixSignals

/// Keeps the connection to the message bus until everything that uses it has ended.
struct BusService: Service {
    let bus: Bus

    func run() async throws {
        try? await gracefulShutdown()
        await bus.close()
    }
}

/// The station: hands it what happens, and its plans to the radio.
struct StationService: Service {
    let station: Station
    let radio: any Radio
    let watcher: Watcher
    let control: ControlServer?
    let bus: Bus?
    let logger: Logger

    func run() async throws {
        await station.start(control: control)
        await takeName()
        await station.announceReady()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await event in radio.events { await station.take(event) } }
                group.addTask { for await event in watcher.events { await station.take(event) } }
                group.addTask { for await _ in station.deskRequests { await station.workOnCases(always: false) } }
                group.addTask { await obey() }
                if let bus {
                    group.addTask { await PowerWatch(bus: bus).run { await station.take(onBattery: $0) } }
                }
            }
        }
        watcher.stop()
        await station.finish()
        if radio.lostEvents > 0 {
            logger.warning("\(radio.lostEvents) reports of the radio were lost for want of time")
        }
    }

    /// Takes the bus name last, when everything behind it answers. Without a bus the station works all the same.
    private func takeName() async {
        guard let bus, let control else { return }
        do {
            // Without a bus the name is remembered and taken when one comes.
            try? await bus.waitUntilConnected(.seconds(2))
            try await control.takeName()
        } catch {
            logger.error("bluezonectl cannot reach this daemon: \(error)")
        }
    }

    /// Hands over plan after plan. One that waits for something to become possible makes way for the next: a slot may have ended, or
    /// the owner wants silence.
    private func obey() async {
        var generation: Int?
        var work: Task<Int?, Never>?
        for await order in station.orders {
            if let before = work {
                await radio.hurry(true)
                generation = await before.value
                await radio.hurry(false)
            }
            work = Task { [generation] in await carryOut(order, generation) }
        }
        work?.cancel()
        _ = await work?.value
    }

    /// Answers the generation whose beacons are on the air then; `generation` is the one before.
    private func carryOut(_ order: Station.Order, _ generation: Int?) async -> Int? {
        do throws(RadioError) {
            try await radio.apply(order.plan, renewing: order.generation != generation)
            await station.completed(order, nil)
            return order.generation
        } catch {
            await station.completed(order, error)
            switch error {
            case .noSlot(onAir: 1...), .deaf: return order.generation
            case .noSlot, .refused, .notReady: return generation
            }
        }
    }
}

/// Serves `org.bluezone1`.
struct ControlService: Service {
    let server: ControlServer

    func run() async throws {
        await cancelWhenGracefulShutdown { await server.run() }
    }
}

/// Reads the configuration again at SIGHUP.
struct ReloadService: Service {
    let station: Station

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            await station.reload()
        }
    }
}

/// The radio; the first to end, so that nothing of ours is on the air when the rest does.
struct RadioService: Service {
    let radio: any Radio
    let station: Station

    func run() async throws {
        await cancelWhenGracefulShutdown { await radio.run() }
        await station.radioEnded()
    }
}

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

    private func obey() async {
        var generation: Int?
        for await order in station.orders {
            do throws(RadioError) {
                try await radio.apply(order.plan, renewing: order.generation != generation)
                generation = order.generation
                await station.completed(order, nil)
            } catch {
                if case .noSlot(onAir: 1...) = error { generation = order.generation }
                await station.completed(order, error)
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

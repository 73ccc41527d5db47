// SPDX-License-Identifier: GPL-3.0-or-later

extension Bus {
    /// Serves an object until the task is cancelled (or the bus closed), across reconnects. Properties, Introspectable and
    /// Peer are answered by the bus. Calls are begun in the order they came; at most 64 run at once, further ones are refused
    /// with LimitsExceeded.
    package nonisolated func serve(_ interfaces: [BusInterface], at path: String) async {
        let object = BusObject(interfaces: interfaces)
        let (number, calls) = await beginServing(path)
        await withDiscardingTaskGroup { group in
            for await call in calls {
                group.addImmediateTask { await self.answer(call.number, await object.answer(call.request)) }
            }
        }
        await endServing(path, number)
    }

    private func beginServing(_ path: String) -> (UInt64, AsyncStream<ServedCall>) {
        let number = engine.nextNumber()
        return (number, engine.serve(path, number))
    }

    private func endServing(_ path: String, _ number: UInt64) { engine.withdraw(path, number) }

    private func answer(_ number: UInt64, _ answer: Result<[BusValue], BusFailure>) { engine.answer(number, answer) }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// One subscription as the engine keeps it.
struct Subscription {
    var matches: [BusMatch]
    var continuation: AsyncStream<BusSignal>.Continuation
    var loss: Lock<Int>
}

extension BusEngine {
    /// Hands a signal to whoever asked for it.
    func deliver(_ message: Message) {
        let (sender, path, interface, member) = (message.sender, message.path, message.interface, message.member)
        if sender == BusItself.name, member == "NameOwnerChanged" { ownerChanged(message) }
        let first = message.firstString
        let readers = subscriptions.values.filter { reader in
            reader.matches.contains { match in
                names.owner(of: match.sender) == sender && (match.path ?? path) == path
                    && (match.interface ?? interface) == interface && (match.member ?? member) == member
                    && (match.firstArgument == nil || match.firstArgument == first)
            }
        }
        guard !readers.isEmpty, let arguments = try? message.arguments() else { return }
        let signal = BusSignal(
            sender: sender, path: path, interface: interface, member: member, arguments: arguments)
        for reader in readers {
            if case .dropped = reader.continuation.yield(signal) { reader.loss.withLock { $0 += 1 } }
        }
    }

    private func ownerChanged(_ message: Message) {
        guard message.signature == "sss", let values = try? message.arguments(), values.count == 3,
            let name = values[0].text
        else { return }
        names.set(name, values[2].text)
    }

    func subscribe(
        _ matches: [BusMatch], limit: Int, number: UInt64, ended: @escaping @Sendable () -> Void
    ) -> BusSubscription {
        let (stream, continuation) = AsyncStream.makeStream(
            of: BusSignal.self, bufferingPolicy: .bufferingNewest(max(1, limit)))
        let loss = Lock(0)
        continuation.onTermination = { _ in ended() }
        guard state != .closed else {
            continuation.finish()
            return BusSubscription(signals: stream, loss: loss)
        }
        // The owner first: its answer then comes before the first signal that the rule lets through.
        for match in matches { watchOwner(of: match.sender) }
        subscriptions[number] = Subscription(matches: matches, continuation: continuation, loss: loss)
        if isConnected { for match in matches { matchRule("AddMatch", match.rule) } }
        return BusSubscription(signals: stream, loss: loss)
    }

    func unsubscribe(_ number: UInt64) {
        guard let old = subscriptions.removeValue(forKey: number) else { return }
        if isConnected { for match in old.matches { matchRule("RemoveMatch", match.rule) } }
    }
}

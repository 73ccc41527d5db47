// SPDX-License-Identifier: GPL-3.0-or-later

package import Bus

/// Asks UPower whether the machine runs on battery. It is never started for that: where it does not run, nobody knows.
package struct PowerWatch: Sendable {
    private static let service = "org.freedesktop.UPower"
    private static let path = "/org/freedesktop/UPower"

    private let bus: Bus

    package init(bus: Bus) {
        self.bus = bus
    }

    /// Runs until its task is cancelled. `tell` gets what UPower says, at the start and after every change; nil while it
    /// says nothing.
    package func run(_ tell: @escaping @Sendable (Bool?) async -> Void) async {
        // Signals first: what changes while we ask is then seen too.
        let changes = BusMatch.propertiesChanged(sender: Self.service, path: Self.path, of: Self.service)
        let subscription = await bus.subscribe(changes)
        let owners = await bus.owners(of: Self.service)
        // Any news is a reason to ask anew, so answers and signals cannot overtake one another. One waits at most.
        let (news, teller) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            group.addTask { for await owner in owners { teller.yield(owner != nil) } }
            group.addTask { for await _ in subscription.signals { teller.yield(true) } }
            group.addTask { for await isThere in news { await tell(isThere ? await ask() : nil) } }
        }
    }

    private func ask() async -> Bool? {
        try? await bus.property(
            destination: Self.service, path: Self.path, interface: Self.service, name: "OnBattery", timeout: .seconds(5)
        ).bool
    }
}

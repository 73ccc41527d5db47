// SPDX-License-Identifier: GPL-3.0-or-later
// Handing our identifier over to whoever is connected with us (docs/decisions/0009-handover.md).

internal import Beacon
internal import Bus

extension BlueZRadio {
    /// Serves the identifier and has bluetoothd offer it, on every adapter that we come to use, until cancelled.
    func serveIdentifier() async {
        let service = HandoverService(
            owner: { [weak self] in await self?.tracker.owner },
            identifier: { [weak self] in await self?.identifierOnAir })
        await withDiscardingTaskGroup { group in
            group.addTask { await service.run(on: self.bus) }
            group.addTask { for await _ in self.serviceBell.stream { await self.offerService() } }
        }
    }

    /// The Bluezone identifier on the air now; nil when silent, by whatever cause.
    var identifierOnAir: [UInt8]? {
        guard state == .ready else { return nil }
        return onAir.first { $0.beacon.identifier.format == .bluezone }?.beacon.identifier.bytes
    }

    /// Registers the application where it is not yet. One that bluetoothd refuses is tried again with its next change.
    private func offerService() async {
        guard state == .ready, let adapter = tracker.path, let owner = tracker.owner else { return }
        let place = owner + adapter
        guard offered != place else { return }
        offered = place
        let arguments = [BusValue.objectPath(HandoverService.path), .properties([])]
        do throws(BusError) {
            _ = try await bus.callBluetoothd(
                owner, path: adapter, interface: "org.bluez.GattManager1", member: "RegisterApplication",
                arguments: arguments, timeout: patience.callLimit)
        } catch {
            if error.remoteName != "org.bluez.Error.AlreadyExists", offered == place { offered = nil }
        }
    }
}

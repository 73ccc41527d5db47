// SPDX-License-Identifier: GPL-3.0-or-later
// One device of bluetoothd from near: for whoever connects to it.

extension Bus {
    /// Changes of the properties of the device at `path`, from now on, beside the scanner's reports: of one device at a
    /// time, the one followed last. `unfollowDevice` ends it.
    package func followDevice(_ path: String) -> BusSubscription {
        engine.bluez.followed = path
        return subscribe(.propertiesChanged(sender: BlueZEngine.name, path: path, of: "org.bluez.Device1"))
    }

    package func unfollowDevice() { engine.bluez.followed = nil }

    /// Calls a method of bluetoothd's that takes at most a path, also in a cancelled task unless `isCancellable`; starts no
    /// bluetoothd where none runs, as `owner` is the unique name of one that does.
    package func callBluetoothd(
        _ owner: String, path: String, interface: String, member: String, arguments: [BusValue] = [],
        timeout: Duration, isCancellable: Bool = true
    ) async throws(BusError) -> [BusValue] {
        let message = try Message(
            destination: owner, path: path, interface: interface, member: member, arguments: arguments)
        return try await send(message, member: member, timeout, isCancellable: isCancellable)
    }
}

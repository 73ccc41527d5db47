// SPDX-License-Identifier: GPL-3.0-or-later

import Bus

/// The numbers that the kernel knows advertisements by.
struct KernelNumbers {
    /// What bluetoothd says in SupportedInstances. With one number nothing has to be displaced, which few tests are about.
    var room: UInt8 = 1
    /// For how long a number stays taken when its advertisement is gone.
    var delay: Duration = .milliseconds(20)
    /// Numbers taken, for a moment longer than an advertisement is there.
    var numbers: Set<Int> = []
    /// Numbers of advertisements that the kernel sends and no program has.
    var leftovers: Set<Int> = []
    /// The service UUIDs of what was first sent under the number of a leftover: it may go out under the leftover's address.
    var heirs: [BusValue?] = []
}

/// What the kernel does when bluetoothd dies (docs/decisions/0002-rotation.md).
extension FakeBluetoothd {
    var leftovers: Set<Int> { kernel.leftovers }
    var heirs: [BusValue?] { kernel.heirs }
    func tellRoom(_ count: UInt8) { kernel.room = count }
    func freeNumbers(after delay: Duration) { kernel.delay = delay }

    func setSlots(_ count: Int) { slots = count }

    /// Other programs leave this many slots, and bluetoothd says so.
    func leaveSlots(_ count: UInt8) async throws {
        slots = Int(count)
        try await bus?.emitPropertiesChanged(
            path: Self.adapter, interface: "org.bluez.LEAdvertisingManager1",
            changed: [("SupportedInstances", .byte(count))])
    }

    func release(_ advertisement: Advertisement) async throws {
        freeNumber(advertisement.number)
        active.removeAll { $0.path == advertisement.path }
        _ = try await call(advertisement, "org.bluez.LEAdvertisement1", "Release", [])
    }

    /// A new advertisement has the lowest free number, and takes the place of whatever the kernel has there.
    func takeNumber() throws(BusFailure) -> Int {
        let number = (1...).first { !kernel.numbers.contains($0) } ?? 0
        // Most tests tell of no numbers.
        guard kernel.room == 1 || number <= kernel.room else {
            throw BusFailure("org.bluez.Error.NotPermitted", "Maximum advertisements reached")
        }
        kernel.numbers.insert(number)
        return number
    }

    func send(_ advertisement: Advertisement) {
        if kernel.leftovers.remove(advertisement.number) != nil {
            kernel.heirs.append(advertisement.properties["ServiceUUIDs"])
        }
        active.append(advertisement)
    }

    /// As bluetoothd does it: not before there is nothing else to do.
    func freeNumber(_ number: Int) {
        Task {
            try? await Task.sleep(for: kernel.delay)
            kernel.numbers.remove(number)
        }
    }

    /// At its start: of what was on the air, the kernel tells of no number that is higher than their count, and if it tells
    /// of any all of them are taken back.
    func takeBackWhatIsTold() {
        kernel.leftovers.formUnion(active.map(\.number))
        if let lowest = kernel.leftovers.min(), lowest <= kernel.leftovers.count { kernel.leftovers = [] }
        kernel.numbers = []
    }
}

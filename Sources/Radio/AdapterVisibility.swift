// SPDX-License-Identifier: GPL-3.0-or-later

internal import Bus

/// Whether an adapter is discoverable or connectable: what it broadcasts then carries its public address. A value: what
/// bluetoothd tells goes in, with the time.
///
/// Before 5.79 bluetoothd does not tell of connectable. It makes an adapter connectable with discoverable, and takes
/// back both together. The kernel takes back discoverable alone: when DiscoverableTimeout is over, or when the adapter
/// goes off before that by other hands than bluetoothd's (rfkill, a reset). Connectable then stays, through off and on,
/// until somebody makes the adapter discoverable and takes that back, or bluetoothd starts anew
/// (docs/decisions/0002-rotation.md).
struct AdapterVisibility {
    /// How much sooner than its end a time may seem over, for word of its beginning may have come late.
    private static let earliness = Duration.seconds(10)
    /// How much later than its end it may seem over, for word of its end may come late.
    private static let lateness = Duration.seconds(30)

    private var isDiscoverable = false
    /// As told; nil before 5.79.
    private var isConnectable: Bool?
    /// What there is to be assumed where it is not told.
    private var isLeftConnectable = false
    /// How long the kernel lets it be discoverable; zero is without end.
    private var timeout = Duration.zero
    /// When that time began, on the clock of `KernelClock.awake`; nil where nobody knows.
    private var begin: Duration?

    /// Whether a broadcast would carry the public address, as far as anybody can know.
    var isExposed: Bool { isDiscoverable || (isConnectable ?? isLeftConnectable) }

    /// Takes over properties of Adapter1, the adapter being on or off after them. `moment` is when they changed; nil
    /// where they may have done so at any time before, as in an answer.
    mutating func learn(_ properties: BusValue, isPowered: Bool, at moment: Duration?) {
        isConnectable = properties["Connectable"]?.bool ?? isConnectable
        let told = properties["Discoverable"]?.bool
        if isDiscoverable, told == false {
            // Off and on again may be one word.
            let wasOff = !isPowered || properties["Powered"] != nil
            isLeftConnectable = isKernelsDoing(at: moment, wasOff: wasOff)
        }
        isDiscoverable = told ?? isDiscoverable
        let seconds = properties["DiscoverableTimeout"]?.integer
        // The kernel is given the lower 16 bits.
        if let seconds { timeout = .seconds(UInt16(truncatingIfNeeded: seconds)) }
        // A new timeout begins anew, also when it is the old one.
        if told == true || seconds != nil { begin = moment }
    }

    /// Whether it was the kernel that ended discoverable at `moment`. In doubt it was.
    private func isKernelsDoing(at moment: Duration?, wasOff: Bool) -> Bool {
        guard timeout > .zero else { return false }
        guard let begin, let moment else { return true }
        // A timer of the kernel may be late by an eighth of its time. An adapter that is discoverable for longer is so
        // for a program that looks for others (GNOME's settings): without end, and when it closes both are taken back.
        let latest = timeout + timeout / 7 + Self.lateness
        let earliest: Duration = wasOff ? .zero : timeout - min(timeout / 2, Self.earliness)
        return (earliest...latest).contains(moment - begin)
    }
}

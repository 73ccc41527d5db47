// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ
internal import Glibc
package import Platform

/// What a listener on an HCI socket tells.
package enum ReportListenerEvent: Sendable {
    /// A report of interest.
    case report(DeviceReport)
    /// This many reports of whatever device came since the last time.
    case heard(Int)
    /// This many reports since the last time were not what the specification promises.
    case malformed(Int)
    /// The kernel dropped this many packets since the last time: they were not fetched soon enough.
    case dropped(Int)
}

/// Reads an adapter's advertising reports from an HCI socket, on a thread of its own, while bluetoothd stays in charge of
/// the adapter. It sends nothing. Begins with the value, and ends with `stop` or the adapter.
package final class ReportListener: Sendable {
    /// Milliseconds that the thread sleeps after each look: reports wait for one another, so that a crowd wakes it ten
    /// times a second and nobody's packet costs a wake-up of its own. The kernel's stamps keep their times.
    private static let rest: Int32 = 100

    private let socket: HCISocket
    private let sink: @Sendable (ReportListenerEvent) -> Void

    /// Why this process cannot read reports; nil when it can.
    package static var obstacle: SystemError? {
        let code = bz_hci_check()
        return code == 0 ? nil : SystemError(call: "socket", subject: "HCI", code: code)
    }

    /// Begins to listen to `adapter` (`hci0`). `sink` is called on the listener's thread: it must be quick.
    package convenience init(
        adapter: String, _ sink: @escaping @Sendable (ReportListenerEvent) -> Void
    ) throws(SystemError) {
        guard adapter.hasPrefix("hci"), let number = UInt16(adapter.dropFirst(3)) else {
            throw SystemError(call: "bind", subject: adapter, code: ENODEV)
        }
        guard let raw = unsafe bz_hci_open(number) else {
            throw SystemError(call: "socket", subject: "HCI of \(adapter)", code: errno)
        }
        try unsafe self.init(HCISocket(raw), sink)
    }

    /// The same on a descriptor that gives an HCI packet for each read, and that is closed with the listener.
    package convenience init(
        descriptor: Int32, _ sink: @escaping @Sendable (ReportListenerEvent) -> Void
    ) throws(SystemError) {
        guard let raw = unsafe bz_hci_adopt(descriptor) else {
            throw SystemError(call: "setsockopt", subject: "descriptor \(descriptor)", code: errno)
        }
        try unsafe self.init(HCISocket(raw), sink)
    }

    private init(_ socket: HCISocket, _ sink: @escaping @Sendable (ReportListenerEvent) -> Void) throws(SystemError) {
        self.socket = socket
        self.sink = sink
        try startThread(named: "hci") { [socket, sink] in Self.work(socket, sink) }
    }

    /// Ends the listening once what the kernel holds by now is told. Does not wait for that.
    package func stop() { socket.stop() }

    deinit { stop() }

    private static func work(_ socket: HCISocket, _ sink: (ReportListenerEvent) -> Void) {
        var isOpen = true
        while isOpen {
            isOpen = socket.wait(forPackets: true, -1) && socket.wait(forPackets: false, rest)
            while let report = socket.next() { sink(.report(report)) }
            if socket.hasEnded { isOpen = false }
            let (heard, malformed, dropped) = socket.takeCounts()
            if heard > 0 { sink(.heard(heard)) }
            if malformed > 0 { sink(.malformed(malformed)) }
            if dropped > 0 { sink(.dropped(dropped)) }
        }
    }
}

/// The shim's listener and what ends a wait for it. All but `stop` belongs to the listener's thread.
@safe private final class HCISocket: @unchecked Sendable {
    private let raw: OpaquePointer
    private let wake = bz_wake_new()
    private(set) var hasEnded = false
    private var heard: UInt64 = 0
    private var malformed: UInt64 = 0
    private var dropped: UInt32 = 0

    @unsafe init(_ raw: OpaquePointer) { unsafe self.raw = raw }

    deinit {
        unsafe bz_hci_close(raw)
        close(wake)
    }

    func stop() { bz_wake_signal(wake) }

    /// Sleeps for at most `limit` milliseconds (-1: for ever), or until there are packets to fetch. False when told to stop.
    func wait(forPackets: Bool, _ limit: Int32) -> Bool {
        // poll(2) passes over a descriptor below 0.
        let packets = unsafe forPackets ? bz_hci_descriptor(raw) : -1
        return unsafe withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { fds in
            unsafe fds.initialize(repeating: pollfd(fd: wake, events: Int16(POLLIN), revents: 0))
            unsafe fds[1].fd = packets
            return unsafe poll(fds.baseAddress, 2, limit) <= 0 || fds[0].revents == 0
        }
    }

    func next() -> DeviceReport? {
        var report = bz_report()
        switch unsafe bz_hci_next(raw, &report) {
        case BZ_HCI_REPORT: return DeviceReport(report)
        case BZ_HCI_ENDED: hasEnded = true
        default: break
        }
        return nil
    }

    /// Reports, malformed ones among them, and dropped packets since the last time.
    func takeCounts() -> (heard: Int, malformed: Int, dropped: Int) {
        let now = unsafe (bz_hci_heard(raw), bz_hci_malformed(raw), bz_hci_dropped(raw))
        defer { (heard, malformed, dropped) = now }
        return (Int(clamping: now.0 &- heard), Int(clamping: now.1 &- malformed), Int(clamping: now.2 &- dropped))
    }
}

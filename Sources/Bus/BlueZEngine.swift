// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ
internal import Glibc

/// The engine's BlueZ part: the scanner that flattens device signals, and our advertisements' objects.
struct BlueZEngine {
    static let name = "org.bluez"

    private(set) var scanner: Scanner?
    private var sink: (@Sendable (BlueZEvent) -> Void)?
    private var advertisements: [String: bz_advertisement] = [:]
    /// The rule that lets device reports through, while they are wanted.
    var deviceRule: String?

    /// What the advertisement monitor is for; nil while its objects are not there.
    var monitor: MonitorPurpose?

    /// Whether an object of ours for bluetoothd stands at `path`.
    func owns(_ path: String) -> Bool { advertisements[path] != nil || isMonitor(path) }

    private func isMonitor(_ path: String) -> Bool {
        monitor != nil && (path == BZ_MONITOR_PATH || path == BZ_MONITOR_ROOT)
    }

    /// The device whose property changes are wanted beside the scanner's reports.
    var followed: String?

    /// Whether a signal about a device is wanted by others than the scanner too.
    @unsafe func follows(_ signal: OpaquePointer) -> Bool {
        guard let followed, let path = unsafe bz_message_path(signal) else { return false }
        return unsafe strcmp(path, followed) == 0
    }

    /// Begins to read the device signals of an adapter. Throws `.invalid` for a path that is not legal.
    mutating func attach(_ adapter: String, _ sink: @escaping @Sendable (BlueZEvent) -> Void) throws(BusError) {
        guard let scanner = unsafe Scanner(bz_scanner_new(adapter)) else { throw .invalid("the adapter \(adapter)") }
        self.scanner = scanner
        self.sink = sink
    }

    mutating func finish() {
        scanner = nil
        sink = nil
        advertisements = [:]
        monitor = nil
    }

    /// Reads a signal when it is about a device; false when it is somebody else's to read.
    @unsafe func takes(_ signal: OpaquePointer, names: NameOwners) -> Bool {
        guard let scanner, let sender = unsafe bz_message_sender(signal),
            unsafe names.owner(of: BlueZEngine.name) == String(cString: sender)
        else { return false }
        var report = bz_report()
        switch unsafe bz_scanner_feed(scanner.raw, signal, &report) {
        case BZ_FEED_REPORT: sink?(.report(DeviceReport(report)))
        case BZ_FEED_MALFORMED: sink?(.malformed)
        case BZ_FEED_QUIET: break
        default: return false
        }
        return true
    }

    /// Keeps an advertisement's object, ready to be read. Throws `.invalid` when it does not fit 31 bytes.
    mutating func export(_ advertisement: BlueZAdvertisement) throws(BusError) {
        advertisements[advertisement.path] = try advertisement.flattened()
    }

    mutating func withdraw(_ path: String) { advertisements[path] = nil }

    /// The answer to a call of one of our objects.
    mutating func answer(_ call: Message) -> Message? {
        let path = call.path
        if let monitor, isMonitor(path) { return answerMonitor(call, monitor) }
        guard var advertisement = advertisements[path] else { return nil }
        var change = BZ_UNCHANGED
        let answer = unsafe Message(bz_advertisement_answer(&advertisement, call.raw, &change))
        advertisements[path] = advertisement
        switch change {
        case BZ_RELEASED:
            advertisements[path] = nil
            sink?(.released(path: path))
        case BZ_POWER_TOLD: sink?(.power(advertisement.power))
        default: break
        }
        return answer
    }

    /// The answer to a call of the advertisement monitor, whose news go to the sink.
    private mutating func answerMonitor(_ call: Message, _ purpose: MonitorPurpose) -> Message? {
        var news = BZ_MONITOR_NOTHING
        var device: UnsafePointer<CChar>? = nil
        let answer = unsafe Message(bz_monitor_answer(call.raw, purpose.flat, &news, &device))
        switch news {
        case BZ_MONITOR_FOUND:
            var report = bz_report()
            if let scanner, let device = unsafe device,
                unsafe bz_scanner_found(scanner.raw, device, &report) == BZ_FEED_REPORT
            {
                sink?(.report(DeviceReport(report)))
            }
        case BZ_MONITOR_RELEASED:
            monitor = nil
            sink?(.monitorReleased)
        default: break
        }
        return answer
    }
}

/// The shim's scanner; freed when the object ends.
@safe final class Scanner {
    let raw: OpaquePointer

    init?(_ raw: OpaquePointer?) {
        guard let raw = unsafe raw else { return nil }
        unsafe self.raw = raw
    }

    var heard: UInt64 { unsafe bz_scanner_heard(raw) }

    deinit { unsafe bz_scanner_free(raw) }
}

extension BusEngine {
    /// Only bluetoothd has a say in our advertisements and monitors: anybody else on the bus could take us off the air.
    func answerBluetoothd(_ call: Message) {
        guard names.owner(of: BlueZEngine.name) == call.sender else {
            return fail(call, BusErrorName.accessDenied, "only bluetoothd may call this")
        }
        if let answer = bluez.answer(call), call.wantsAnswer { send(answer) }
    }
}

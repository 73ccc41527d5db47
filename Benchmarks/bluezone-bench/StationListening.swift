// SPDX-License-Identifier: GPL-3.0-or-later

internal import Bus
internal import Glibc
internal import Platform
internal import Radio
internal import Station

/// The whole daemon but its bus, with reports out of a socket: reader, outlet, station, scan windows, journal. Answers the share of a
/// core in percent while `feed` sends for `length` seconds, and how many reports came and were lost.
func measureStation(
    _ folder: String, _ reader: Int32, length: Int, feed: () -> Int
) throws -> (share: Double, sent: Int, heard: Int, lost: Int) {
    let place = folder + "/station.conf"
    try Folder.replace(place, with: Array(configuration(folder).utf8))
    let radio = SocketRadio(reader)
    let ended = Lock(false)
    Task {
        do { try await StationProgram.run(settings: place, radio: radio) } catch { print("listening: \(error)") }
        ended.withLock { $0 = true }
    }
    while !radio.isScanning, !ended.withLock({ $0 }) { usleep(10_000) }
    guard radio.isScanning else { return (0, 0, 0, 0) }
    let before = (processor(CLOCK_PROCESS_CPUTIME_ID), processor(CLOCK_THREAD_CPUTIME_ID))
    let sent = feed()
    let used = processor(CLOCK_PROCESS_CPUTIME_ID) - before.0 - (processor(CLOCK_THREAD_CPUTIME_ID) - before.1)
    let heard = radio.heard.withLock { $0 }
    // It ends as under systemd: in order.
    kill(getpid(), SIGTERM)
    while !ended.withLock({ $0 }) { usleep(10_000) }
    return (used / Double(length) * 100, sent, heard, radio.lostEvents)
}

private func configuration(_ folder: String) -> String {
    """
    [Station]
    StateFolder=\(folder)/state
    [Radio]
    Kind=air
    Air=\(folder)/air
    [Scan]
    Profile=continuous
    [Cases]
    Spool=\(folder)/spool
    KeysFolder=\(folder)/keys.d
    [Clock]
    Trust=always
    [Bus]
    Control=none

    """
}

/// Hears what comes through a socket while a scan window is open, as BlueZRadio does in the HCI way, and sends nothing.
private final class SocketRadio: Radio {
    private let outlet = EventOutlet()
    private let descriptor: Int32
    private let scanning = Lock(false)
    /// Beacons heard within windows.
    let heard = Lock(0)

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    var events: AsyncStream<RadioEvent> { outlet.events }
    var lostEvents: Int { outlet.lost }
    var isScanning: Bool { scanning.withLock { $0 } }

    func run() async {
        let listener = try? ReportListener(descriptor: descriptor) { [outlet, scanning, heard] event in
            guard case .report(let report) = event, scanning.withLock({ $0 }) else { return }
            for beacon in report.beacons() ?? [] {
                heard.withLock { $0 += 1 }
                outlet.send(.heard(Reception(payload: beacon, rssi: report.rssi, time: report.time)))
            }
        }
        outlet.send(.state(.ready, adapter: "hci0"))
        // Until the task is cancelled.
        for await _ in AsyncStream<Void>.makeStream().stream {}
        listener?.stop()
    }

    func apply(_ plan: RadioPlan, renewing: Bool) async throws(RadioError) {
        scanning.withLock { $0 = plan.isScanning }
    }

    func hurry(_ isUrgent: Bool) async {}
}

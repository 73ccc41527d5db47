// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Bus
internal import Glibc
internal import Platform
internal import Radio

private let neighbours = 300
private let perSecond = 1200
/// Seconds of one measurement.
private let length = 10

/// Listening on an HCI socket: 300 neighbours that each send four times a second, packet by packet through a socket of the
/// same kind of queue, to the reader, its thread, the beacons and a task that counts them in as the station does. What the
/// sender's own thread uses is not counted; in life that is the kernel's interrupt.
func measureListening(_ folder: String) throws {
    var share = Figures("listening/share", "%")
    var cost = Figures("listening/report", "µs")
    for _ in 0..<5 {
        var ends: [Int32] = [-1, -1]
        guard unsafe socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0 else { return }
        let (receptions, sink) = AsyncStream.makeStream(of: Reception.self, bufferingPolicy: .bufferingNewest(4096))
        let listener = try ReportListener(descriptor: ends[0]) { event in
            guard case .report(let report) = event else { return }
            for beacon in report.beacons() ?? [] {
                sink.yield(Reception(payload: beacon, rssi: report.rssi, time: report.time))
            }
        }
        let counter = Lock(0)
        let counting = Task { await countIn(receptions, counter) }
        let before = (processor(CLOCK_PROCESS_CPUTIME_ID), processor(CLOCK_THREAD_CPUTIME_ID))
        let sent = feed(ends[1])
        usleep(300_000)
        let used = processor(CLOCK_PROCESS_CPUTIME_ID) - before.0 - (processor(CLOCK_THREAD_CPUTIME_ID) - before.1)
        listener.stop()
        sink.finish()
        counting.cancel()
        close(ends[1])
        let heard = counter.withLock { $0 }
        if heard != sent { print("listening: \(sent - heard) of \(sent) reports were lost") }
        share.add(used / Double(length) * 100)
        cost.add(used / Double(max(1, heard)) * 1e6)
    }
    share.print()
    cost.print()
    var whole = Figures("listening/station", "%")
    for _ in 0..<3 {
        var ends: [Int32] = [-1, -1]
        guard unsafe socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0 else { return }
        let found = try measureStation(folder, ends[0], length: 3 * length) { feed(ends[1], seconds: 3 * length) }
        close(ends[1])
        whole.add(found.share)
        print("listening: the whole station had its window open for \(found.heard) of \(found.sent) reports")
        if found.lost > 0 { print("listening: \(found.lost) of them were lost") }
    }
    whole.print()
}

/// Counts receptions in as a station does: once for the scan, once for who is near.
private func countIn(_ receptions: AsyncStream<Reception>, _ counter: Lock<Int>) async {
    var tally: [EphemeralIdentifier: (count: Int, strongest: Int8, sum: Int)] = [:]
    var nearby: [EphemeralIdentifier: Reception] = [:]
    for await reception in receptions {
        let identifier = reception.payload.identifier
        var entry = tally[identifier] ?? (0, -127, 0)
        entry = (entry.count + 1, max(entry.strongest, reception.rssi), entry.sum + Int(reception.rssi))
        tally[identifier] = entry
        nearby[identifier] = reception
        counter.withLock { $0 += 1 }
    }
}

/// Sends at the rate for so long; answers how many packets.
private func feed(_ descriptor: Int32, seconds: Int = length) -> Int {
    let packets = (0..<neighbours).map(packet)
    let begin = KernelClock.sinceBoot
    var sent = 0
    while true {
        let passed = (KernelClock.sinceBoot - begin) / .seconds(1)
        guard passed < Double(seconds) else { return sent }
        while Double(sent) < passed * Double(perSecond) {
            let bytes = packets[sent % neighbours]
            _ = unsafe write(descriptor, bytes, bytes.count)
            sent += 1
        }
        usleep(4000)
    }
}

/// An LE Extended Advertising Report of one neighbour's legacy advertisement.
private func packet(_ number: Int) -> [UInt8] {
    var random = SplitMix(state: UInt64(number))
    let format: BeaconFormat = number % 2 == 0 ? .bluezone : .exposureNotification
    let beacon = BeaconPayload(
        identifier: EphemeralIdentifier(format: format, low: random.next(), high: random.next()),
        metadata: format == .bluezone ? 0 : UInt32(truncatingIfNeeded: random.next()))
    let data = beacon.advertisement(flags: 0x1A)
    let address = (0..<6).map { _ in UInt8.random(in: 0...255, using: &random) }
    let head: [UInt8] = [0x10, 0, 1] + address + [1, 0, 0xFF, 127, 0xC4, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(data.count)]
    return [4, 0x3E, UInt8(2 + head.count + data.count), 0x0D, 1] + head + data
}

/// Seconds of a processor's time.
func processor(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

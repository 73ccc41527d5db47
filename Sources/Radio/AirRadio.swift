// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Bus
internal import Platform

/// A radio without an adapter: the stations of one machine hear one another over sockets in a folder, with the
/// advertisements that would be on the air byte for byte. For demonstrations, tests and machines without Bluetooth.
///
/// Each station's socket is `NAME.sock`; the file `links` (see `AirLinks`) says who stands near whom, and may change
/// at any time. A datagram is a 6-byte address, the signal strength, and the AD structures.
package final class AirRadio: Radio {
    package let events: AsyncStream<RadioEvent>
    private let continuation: AsyncStream<RadioEvent>.Continuation
    private let folder: String
    private let name: String
    /// Kernel time between two advertisements of one beacon.
    private let interval: Duration
    private let state = Lock(State())

    /// One beacon on the air, under the address it got when it was registered.
    private struct Transmission: Sendable {
        let payload: BeaconPayload
        let address: [UInt8]
    }

    private struct State: Sendable {
        var onAir: [Transmission] = []
        var isScanning = false
        var isRunning = false
        var mustStop = false
        var lost = 0
    }

    /// A radio named `name` on the air in `folder`, sending each beacon every 250 ms of a clock that runs `speed` times
    /// as fast as the kernel's.
    package init(folder: String, name: String, speed: Int) {
        self.folder = folder
        self.name = name
        interval = .milliseconds(250) / max(1, speed)
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4096))
    }

    package var lostEvents: Int { state.withLock { $0.lost } }

    package func run() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (ended: CheckedContinuation<Void, Never>) in
                do {
                    try startThread(named: "air") { [self] in
                        work()
                        ended.resume()
                    }
                } catch {
                    tell(.state(.noAdapter, adapter: nil))
                    ended.resume()
                }
            }
        } onCancel: {
            state.withLock { $0.mustStop = true }
        }
        continuation.finish()
    }

    package func apply(_ plan: RadioPlan, renewing: Bool) async throws(RadioError) {
        try state.withLock { (state) throws(RadioError) in
            guard state.isRunning else { throw .notReady(.noAdapter) }
            state.isScanning = plan.isScanning
            guard renewing || state.onAir.map(\.payload) != plan.onAir else { return }
            state.onAir = plan.onAir.map { Transmission(payload: $0, address: Self.freshAddress()) }
        }
    }

    /// Nothing here waits.
    package func hurry(_ isUrgent: Bool) async {}

    /// A random non-resolvable address: the two most significant bits are zero (Bluetooth Core 5.3, vol 6, B 1.3.2.2).
    private static func freshAddress() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<6).map { UInt8.random(in: $0 == 5 ? 0...0x3F : 0...0xFF, using: &generator) }
    }

    /// The thread: sends and hears until it is told to stop.
    private func work() {
        do {
            try Folder.make(folder)
            let socket = try DatagramSocket(path: path(of: name))
            state.withLock { $0.isRunning = true }
            tell(.state(.ready, adapter: name))
            exchange(on: socket)
        } catch {
            tell(.state(.noAdapter, adapter: nil))
        }
        state.withLock { $0.isRunning = false }
    }

    private func exchange(on socket: borrowing DatagramSocket) {
        var next = KernelClock.sinceBoot
        var links = AirLinks(text: "", of: name)
        var text: String?
        while !state.withLock({ $0.mustStop }) {
            let now = KernelClock.sinceBoot
            if now >= next {
                let current = try? Folder.text(of: folder + "/links")
                if current != text {
                    text = current
                    links = AirLinks(text: current ?? "", of: name)
                }
                send(to: links, on: socket)
                next = max(next + interval, now)
            }
            // Short enough to notice the end.
            if let datagram = socket.receive(within: min(next - now, .milliseconds(100)), longest: 64) {
                hear(datagram)
            }
        }
    }

    private func send(to links: AirLinks, on socket: borrowing DatagramSocket) {
        for transmission in state.withLock({ $0.onAir }) {
            let advertisement = transmission.payload.advertisement(flags: nil)
            for neighbour in links.neighbours {
                let rssi = UInt8(bitPattern: Int8(clamping: Int(neighbour.rssi) + Int.random(in: -2...2)))
                socket.send(transmission.address + [rssi] + advertisement, to: path(of: neighbour.name))
            }
        }
    }

    private func hear(_ datagram: [UInt8]) {
        guard state.withLock({ $0.isScanning }), datagram.count > 7 else { return }
        let advertisement = datagram.span.extracting(7..<datagram.count)
        guard let payload = BeaconPayload.decode(advertisement: advertisement) else { return }
        let rssi = Int8(bitPattern: datagram[6])
        tell(.heard(Reception(payload: payload, rssi: rssi, time: KernelClock.sinceBoot)))
    }

    private func tell(_ event: RadioEvent) {
        if case .dropped = continuation.yield(event) { state.withLock { $0.lost += 1 } }
    }

    private func path(of name: String) -> String { folder + "/" + name + ".sock" }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@testable import Radio

/// Frames that somebody captured from phones, by the way that reports take from an HCI socket.
@Suite(.enabled(if: SharedData.isPresent, "the shared data folder is absent"), .timeLimit(.minutes(1)))
struct CapturedFrameTests {
    private struct Frames: Decodable {
        struct Frame: Decodable {
            var data, service: String?

            enum CodingKeys: String, CodingKey {
                case data = "adv_data"
                case service = "service_data"
            }
        }
        var frames: [Frame]
    }

    /// Whole advertising data, and the 20 bytes in it.
    private func captured() throws -> [(data: [UInt8], service: String)] {
        let file = "exposure-notification/frames/"
        let frames = try #require(SharedData.json(file + "frames.json", Frames.self)).frames
        let rows = try String(
            contentsOfFile: SharedData.folder + "/" + file + "anu_samsung_note5_rotation.csv", encoding: .utf8)
        let services = rows.split(whereSeparator: \.isNewline).dropFirst()
            .map { $0.split(separator: ",").last.map(String.init) }
        let texts = frames.map { ($0.data, $0.service) } + services.map { (nil, $0) }
        return try texts.map { (data, service) in
            let service = try #require(service ?? data.map { String($0.suffix(40)) })
            return (try #require([UInt8](hex: data ?? "03036ffd17166ffd" + service)), service)
        }
    }

    private func legacy(_ data: [UInt8]) -> [UInt8] {
        [4, 0x3E, UInt8(12 + data.count), 2, 1, 3, 1, 1, 2, 3, 4, 5, 6, UInt8(data.count)] + data + [0xC4]
    }

    private func extended(_ data: [UInt8]) -> [UInt8] {
        let head: [UInt8] = [0x0D, 1, 0x10, 0, 1, 1, 2, 3, 4, 5, 6, 1, 0, 0xFF, 127, 0xC4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let event = head + [UInt8(data.count)] + data
        return [4, 0x3E, UInt8(event.count)] + event
    }

    @Test(arguments: [false, true])
    func `captured frames arrive from a socket`(isExtended: Bool) async throws {
        let captured = try captured()
        #expect(captured.count > 20)
        var pair: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &pair) == 0)
        defer { close(pair[1]) }
        let heard = Lock<[String]>([])
        let listener = try ReportListener(descriptor: pair[0]) { event in
            guard case .report(let report) = event else { return }
            heard.withLock { $0 += (report.beacons() ?? []).map { $0.serviceBytes.hex } }
        }
        for (data, _) in captured {
            let packet = isExtended ? extended(data) : legacy(data)
            #expect(write(pair[1], packet, packet.count) == packet.count)
        }
        for _ in 0..<100 where heard.withLock({ $0.count }) < captured.count {
            try await Task.sleep(for: .milliseconds(50))
        }
        listener.stop()
        #expect(heard.withLock { $0 } == captured.map(\.service))
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Foundation
import HTTPTypes
import Testing

@testable import AuthorityServer

struct CountTests {
    private func counts(_ place: TestAuthority) async throws -> [String] {
        let week = ISOWeek(place.clock.now.day)
        return try await place.authority.store.counts(weeks: week.advanced(by: -5)...week.advanced(by: 5))
            .map { "\($0.week) \($0.province) \($0.devices)" }
    }

    @Test func `a device is counted in its province and the server's week`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            for province in ["VN-04", "VN-HN", "VN-04", "VN"] {
                let answer = try await client.post("/v1/count", ["province": province, "padding": "xx"])
                #expect(answer.status == 200 && answer.body.count == Answering.paddedLength)
            }
            place.clock.advance(2 * 86_400)
            _ = try await client.post("/v1/count", ["province": "VN-04", "week": "2030-W01"])
        }
        #expect(
            try await counts(place) == [
                "2026-W47 VN 1", "2026-W47 VN-04 2", "2026-W47 VN-HN 1", "2026-W48 VN-04 1",
            ])
    }

    @Test func `unknown provinces, nonsense and fakes count nothing, all in one length`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            let bodies: [[String: Any]] = [
                ["province": "VN-99"], ["province": ""], ["province": "vn-04"], ["province": 4], [:],
                ["province": "VN-04'; DROP TABLE adoption; --"], ["province": String(repeating: "V", count: 60_000)],
            ]
            for body in bodies {
                let answer = try await client.post("/v1/count", body)
                #expect(answer.status == 400 && answer.body.count == Answering.paddedLength)
            }
            let chaff: HTTPFields = [HTTPField.Name("X-Chaff")!: "1"]
            let fake = try await client.post("/v1/count", ["province": "VN-04"], headers: chaff)
            #expect(fake.status == 200 && fake.body.count == Answering.paddedLength)
        }
        #expect(try await counts(place).isEmpty)
    }

    @Test func `one address counts a hundred times and then waits`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            var refused = 0
            for _ in 0..<110 {
                let answer = try await client.post("/v1/count", ["province": "VN-04"])
                if answer.status == 429 { refused += 1 }
            }
            #expect((9...10).contains(refused))
        }
        #expect(try await counts(place).count == 1)
    }

    @Test func `Vietnam's provinces are counted without a setting, others by theirs`() throws {
        var settings = AuthoritySettings()
        #expect(VietnamProvinces.codes.count == 63 && Set(VietnamProvinces.codes).count == 63)
        #expect(settings.countedRegions.count == 64)
        settings.region = "LA"
        #expect(settings.countedRegions == ["LA"])
        settings.countedProvinces = ["LA-VT"]
        #expect(settings.countedRegions == ["LA", "LA-VT"] && settings.objection == nil)
        settings.countedProvinces = ["../x"]
        #expect(settings.objection != nil)
        settings.countedProvinces = []
        settings.countSeconds = 0
        #expect(settings.objection != nil)
    }

    @Test func `no address is kept`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in _ = try await client.post("/v1/count", ["province": "VN-04"]) }
        // The settings name the machine's own address, where the console listens.
        for name in try FileManager.default.contentsOfDirectory(atPath: place.path) where name != "settings.json" {
            guard let data = try? Data(contentsOf: URL(fileURLWithPath: place.path + "/" + name)) else { continue }
            for text in ["127.0.0.1", "localhost", "::1"] { #expect(data.range(of: Data(text.utf8)) == nil, "\(name)") }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import AuthorityServer

struct MetricsTests {
    private func exposition(_ place: TestAuthority) async throws -> String {
        let clock = place.clock
        let program = AuthorityProgram(
            place.authority, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }, now: { clock.now })
        let application = Application(
            router: program.metricsRouter(), logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        return try await application.test(.router) { client in
            try await client.execute(uri: "/metrics", method: .get) { response in
                #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
                return String(buffer: response.body)
            }
        }
    }

    /// What Prometheus' own parser makes of a text: a value for each sample, written as `name{label=value,…}`.
    private func parsed(_ text: String) throws -> [String: Double] {
        let script = """
            import json, sys
            from prometheus_client.parser import text_string_to_metric_families
            print(json.dumps({s.name + '{' + ','.join(f'{k}={v}' for k, v in sorted(s.labels.items())) + '}': s.value
                for f in text_string_to_metric_families(sys.stdin.read()) for s in f.samples}))
            """
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        // Debian's own, which has Debian's library.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode([String: Double].self, from: data)
    }

    @Test func `everything the server did is there, as Prometheus reads it`() async throws {
        let place = try TestAuthority()
        let keys = DeviceKeys(days: 3, before: place.today)
        try await place.serve { client in
            _ = try await client.publish(keys)
            _ = try await client.verify("00000000")
            _ = try await client.post("/v1/count", ["province": "VN-04"])
            _ = try await client.post("/v1/publish", [:], headers: [HTTPField.Name("X-Chaff")!: "1"])
            _ = try await client.send(.get, "/v1/VN/index.txt")
            _ = try await client.send(.get, "/nothing/../../etc/passwd")
            for _ in 0..<7 { _ = try await client.verify("12345678") }
        }
        let outcome = try #require(try await place.export())
        place.authority.metrics.exported(outcome, at: place.clock.now.seconds)
        place.clock.advance(120)
        let found = try parsed(try await exposition(place))
        let expected: [String: Double] = [
            "bluezone_requests_total{route=/v1/publish,status=200}": 2,
            "bluezone_requests_total{route=/api/verify,status=400}": 6,
            "bluezone_requests_total{route=/api/verify,status=429}": 2,
            "bluezone_requests_total{route=/v1/**,status=404}": 1,
            "bluezone_requests_total{route=NotFound,status=404}": 1,
            "bluezone_refusals_total{reason=code_invalid}": 6, "bluezone_refusals_total{reason=quota_exceeded}": 2,
            "bluezone_rate_limited_total{}": 2, "bluezone_chaff_total{}": 1,
            "bluezone_codes_issued_total{type=confirmed}": 1, "bluezone_codes_verified_total{type=confirmed}": 1,
            "bluezone_publishes_total{}": 1, "bluezone_published_keys_total{}": 6,
            "bluezone_counted_devices_total{}": 1, "bluezone_exports_total{}": 1,
            "bluezone_export_failures_total{}": 0, "bluezone_exported_files_total{}": 2,
            "bluezone_exported_keys_total{}": Double(outcome.keys), "bluezone_last_export_age_seconds{}": 120,
            "bluezone_last_export_timestamp_seconds{}": 1_795_255_200,
            "bluezone_store_seconds_count{operation=publish}": 1,
            "bluezone_store_seconds_bucket{le=+Inf,operation=publish}": 1,
        ]
        for (name, value) in expected { #expect(found[name] == value, "\(name): \(found[name] ?? -1)") }
        #expect(found["bluezone_free_bytes{}"] ?? 0 > 0)
        let sum = found["bluezone_store_seconds_sum{operation=publish}"] ?? -1
        #expect(sum > 0 && sum < 60)
    }

    @Test func `the policy's end is always told, as 0 where none can be read, and why is logged once`() async throws {
        let place = try TestAuthority()
        let (clock, book) = (place.clock, LogBook())
        let program = AuthorityProgram(place.authority, logger: book.logger, now: { clock.now })
        let application = Application(
            router: program.metricsRouter(), logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        let record = URL(fileURLWithPath: place.path + "/policies/VN-2026112101.txt")
        try await application.test(.router) { client in
            func ends() async throws -> [Double?] {
                let text = try await client.execute(uri: "/metrics", method: .get) { String(buffer: $0.body) }
                let found = try parsed(text)
                return ["VN", "VN-04"].map { found["bluezone_policy_valid_until_timestamp_seconds{region=\($0)}"] }
            }
            #expect(try await ends() == [0, 0], "none was published")
            _ = try await PolicyDesk(place.authority).set(
                try PolicyDesk.entries("AlertMinutes=10"), region: "VN", days: 90, who: "root", way: "command",
                now: clock.now)
            #expect(try await ends() == [1_803_031_200, 0])
            #expect(book.errors == [])
            let whole = try Data(contentsOf: record)
            try Data("bluezone-policy 1\n".utf8).write(to: record)
            for _ in 1...2 { #expect(try await ends() == [0, 0]) }
            #expect(book.errors.count == 1 && book.errors[0].contains(record.path), "\(book.errors)")
            try whole.write(to: record)
            #expect(try await ends() == [1_803_031_200, 0])
            try Data().write(to: record)
            #expect(try await ends() == [0, 0])
            #expect(book.errors.count == 2, "what is wrong again is told again")
        }
    }

    @Test func `no label says who or what, whatever is asked for`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            let code = try await client.issue()["code"] ?? ""
            _ = try await client.verify(code)
            for path in ["/v1/\(code)", "/api/verify?code=\(code)", "/\(code)", "/v1/VN/\(code).zip"] {
                _ = try await client.send(.get, path)
            }
            let text = try await exposition(place)
            #expect(!text.contains(code))
        }
        let names = try parsed(try await exposition(place)).keys.filter { $0.hasPrefix("bluezone_requests_total") }
        #expect(names.count <= 5, "\(names)")
    }

    @Test func `text in labels stays in its quotes`() throws {
        var text = PrometheusText()
        text.family("x", "counter", "a\\b\nc")
        text.sample("x", [.init(name: "l", value: "q\"uo\\te\n# HELP y")], 0.5)
        #expect(text.text == "# HELP x a\\\\b\\nc\n# TYPE x counter\nx{l=\"q\\\"uo\\\\te\\n# HELP y\"} 0.5\n")
        #expect(try parsed(text.text).values.sorted() == [0.5])
    }

    @Test func `a bucket has all that took less`() throws {
        let metrics = Metrics()
        for seconds in [0.0001, 0.0005, 0.02, 99] { metrics.measure("claim", seconds) }
        let found = try parsed(metrics.exposition([]))
        func bucket(_ bound: String) -> Double? { found["bluezone_store_seconds_bucket{le=\(bound),operation=claim}"] }
        #expect(bucket("0.0005") == 2 && bucket("0.01") == 2 && bucket("0.025") == 3 && bucket("10.0") == 3)
        #expect(bucket("+Inf") == 4 && found["bluezone_store_seconds_count{operation=claim}"] == 4)
    }

    @Test func `it is ready while exports are made and there is room`() async throws {
        let place = try TestAuthority()
        func ready(free: Int64?) async throws -> (Int, String) {
            let clock = place.clock
            let health = HealthRoutes(
                place.authority, logger: LogBook().logger, now: { clock.now }, freeBytes: { _ in free })
            let router = Router(context: AuthorityContext.self)
            health.add(to: router) { Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ok\n"))) }
            return try await Application(router: router).test(.router) { client in
                try await client.execute(uri: "/readyz", method: .get) { ($0.status.code, String(buffer: $0.body)) }
            }
        }
        #expect(try await ready(free: 1 << 30) == (200, "ok\n"))
        #expect(try await ready(free: nil) == (200, "ok\n"))
        #expect(try await ready(free: 1 << 20) == (503, "the disk is full\n"))
        place.authority.metrics.exported(.init(), at: place.clock.now.seconds)
        place.clock.advance(180 * 60)
        #expect(try await ready(free: 1 << 30).0 == 200)
        place.clock.advance(61)
        #expect(try await ready(free: 1 << 30) == (503, "no export for 181 minutes\n"))
    }
}

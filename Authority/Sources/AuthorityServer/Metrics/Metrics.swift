// SPDX-License-Identifier: GPL-3.0-or-later

internal import Synchronization

/// What the server did, as numbers for Prometheus. Labels name routes, reasons and classes: never a person, an address, a key or a
/// code, and their values are few.
package final class Metrics: Sendable {
    /// What only grows.
    enum Counter: String, CaseIterable {
        case requests = "bluezone_requests_total"
        case refusals = "bluezone_refusals_total"
        case chaff = "bluezone_chaff_total"
        case rateLimited = "bluezone_rate_limited_total"
        case codesIssued = "bluezone_codes_issued_total"
        case codesVerified = "bluezone_codes_verified_total"
        case publishes = "bluezone_publishes_total"
        case keys = "bluezone_published_keys_total"
        case counted = "bluezone_counted_devices_total"
        case exports = "bluezone_exports_total"
        case exportFailures = "bluezone_export_failures_total"
        case exportedFiles = "bluezone_exported_files_total"
        case exportedKeys = "bluezone_exported_keys_total"

        var help: String {
            switch self {
            case .requests: "Requests answered, by route and HTTP status."
            case .refusals: "Requests of devices and officials that were refused, by the API's reason."
            case .chaff: "Fake requests among them."
            case .rateLimited: "Requests refused because somebody asked too often."
            case .codesIssued: "Codes issued, by test type."
            case .codesVerified: "Codes exchanged for a token, by test type."
            case .publishes: "Publishes taken."
            case .keys: "Keys that were new or changed in them."
            case .counted: "Devices that counted themselves."
            case .exports: "Runs of the export that came to their end."
            case .exportFailures: "Runs of the export that failed."
            case .exportedFiles: "Export files written."
            case .exportedKeys: "Keys in them, padding included."
            }
        }
    }

    /// What goes up and down.
    enum Gauge: String, CaseIterable {
        case lastExport = "bluezone_last_export_timestamp_seconds"
        case exportAge = "bluezone_last_export_age_seconds"
        case freeBytes = "bluezone_free_bytes"
        case policyUntil = "bluezone_policy_valid_until_timestamp_seconds"

        var help: String {
            switch self {
            case .lastExport: "When an export last came to its end."
            case .exportAge: "How long ago that is, or the server's start before the first."
            case .freeBytes: "Bytes free where the authority's folder is."
            case .policyUntil: "Until when the published policy is good, by region; 0 without one that can be read."
            }
        }
    }

    /// Upper bounds of the histogram's buckets, in seconds.
    static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
    private static let storeSeconds = "bluezone_store_seconds"

    /// A name and a value for each label.
    typealias Labels = [Label]

    struct Label: Hashable, Sendable {
        let name: String
        let value: String
    }

    private struct Series: Hashable {
        let counter: Counter
        let labels: Labels
    }

    private struct Histogram {
        /// One more than there are bounds: the last has all above them.
        var buckets = [Int](repeating: 0, count: Metrics.bounds.count + 1)
        var sum = 0.0
    }

    private struct State {
        var counters: [Series: Int64] = [:]
        var store: [String: Histogram] = [:]
        var lastExport: Int64?
    }

    private let state = Mutex(State())

    package init() {}

    func count(_ counter: Counter, _ labels: Labels = [], by amount: Int = 1) {
        state.withLock { $0.counters[Series(counter: counter, labels: labels), default: 0] &+= Int64(amount) }
    }

    /// Counts why somebody was refused.
    func count(_ refusal: Refusal) {
        count(.refusals, [Label(name: "reason", value: refusal.code)])
        if refusal.status == 429 { count(.rateLimited) }
    }

    /// Counts how long the store took for `operation`, in seconds.
    func measure(_ operation: String, _ seconds: Double) {
        let place = Metrics.bounds.firstIndex { seconds <= $0 } ?? Metrics.bounds.count
        state.withLock { state in
            state.store[operation, default: Histogram()].buckets[place] += 1
            state.store[operation, default: Histogram()].sum += seconds
        }
    }

    /// Remembers when an export came to its end, in Unix seconds.
    func exported(_ outcome: ExportDesk.Outcome, at now: Int64) {
        count(.exports)
        count(.exportedFiles, by: outcome.files)
        count(.exportedKeys, by: outcome.keys)
        state.withLock { $0.lastExport = now }
    }

    /// When an export last came to its end, in Unix seconds; nil before the first.
    var lastExport: Int64? { state.withLock { $0.lastExport } }

    /// Everything in Prometheus' text format 0.0.4; `gauges` are the values of now.
    func exposition(_ gauges: [(gauge: Gauge, labels: Labels, value: Double)]) -> String {
        let state = state.withLock { $0 }
        var text = PrometheusText()
        for counter in Counter.allCases {
            let series = state.counters.filter { $0.key.counter == counter }
            text.family(counter.rawValue, "counter", counter.help)
            // A counter without labels is there from the start, so that its first step is seen.
            if series.isEmpty && !counter.hasLabels { text.sample(counter.rawValue, [], 0) }
            for (key, value) in series { text.sample(counter.rawValue, key.labels, Double(value)) }
        }
        for gauge in Gauge.allCases {
            let values = gauges.filter { $0.gauge == gauge }
            if values.isEmpty { continue }
            text.family(gauge.rawValue, "gauge", gauge.help)
            for entry in values { text.sample(gauge.rawValue, entry.labels, entry.value) }
        }
        text.family(Metrics.storeSeconds, "histogram", "How long the store took, by what it did.")
        for (operation, histogram) in state.store { Metrics.write(histogram, of: operation, to: &text) }
        return text.text
    }

    private static func write(_ histogram: Histogram, of operation: String, to text: inout PrometheusText) {
        let label = Label(name: "operation", value: operation)
        var total = 0
        for (place, count) in histogram.buckets.enumerated() {
            total += count
            let bound = place < bounds.count ? "\(bounds[place])" : "+Inf"
            text.sample(storeSeconds + "_bucket", [label, Label(name: "le", value: bound)], Double(total))
        }
        text.sample(storeSeconds + "_sum", [label], histogram.sum)
        text.sample(storeSeconds + "_count", [label], Double(total))
    }
}

extension Metrics.Counter {
    fileprivate var hasLabels: Bool {
        switch self {
        case .requests, .refusals, .codesIssued, .codesVerified: true
        default: false
        }
    }
}

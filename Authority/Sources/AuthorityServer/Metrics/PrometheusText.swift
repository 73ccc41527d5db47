// SPDX-License-Identifier: GPL-3.0-or-later

/// Writes Prometheus' text format 0.0.4, line by line. The same numbers give the same text but for the order of samples.
struct PrometheusText {
    private(set) var text = ""

    /// Begins the samples of one name.
    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(PrometheusText.escaped(help))\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: Metrics.Labels, _ value: Double) {
        let list = labels.map { label in
            "\(label.name)=\"\(PrometheusText.escaped(label.value).replacing("\"", with: "\\\""))\""
        }
        text +=
            name + (list.isEmpty ? "" : "{" + list.joined(separator: ",") + "}") + " \(PrometheusText.number(value))\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    /// Whole numbers without a fraction, as far as they are exact.
    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        return "\(value)"
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// Who hears whom on a simulated air, and how strongly: the file `links` of its folder, one pair a line, for instance
/// `hci0 hci1 -52`. It holds both ways. A pair without a line is out of range. Lines that do not read are passed over.
struct AirLinks: Equatable {
    private var strengths: [String: Int8] = [:]

    init(text: String, of name: String) {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 3, let strength = Int8(fields[2]) else { continue }
            if fields[0] == name { strengths[String(fields[1])] = strength }
            if fields[1] == name { strengths[String(fields[0])] = strength }
        }
    }

    /// Those in range, with the signal strength in dBm at which they are heard.
    var neighbours: [(name: String, rssi: Int8)] {
        strengths.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// The provinces by which devices are counted where `settings.json` names none.
package enum VietnamProvinces {
    /// ISO 3166-2:VN as it was until the provinces were merged in July 2025: 58 provinces and 5 cities. The population figures that
    /// adoption is compared with are of these.
    package static let codes: [String] =
        [
            1, 2, 3, 4, 5, 6, 7, 9, 13, 14, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37,
            39, 40, 41, 43, 44, 45, 46, 47, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 61, 63, 66, 67, 68, 69, 70, 71,
            72, 73,
        ].map { "VN-" + ($0 < 10 ? "0" : "") + String($0) } + ["VN-CT", "VN-DN", "VN-HN", "VN-HP", "VN-SG"]
}

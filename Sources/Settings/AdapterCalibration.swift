// SPDX-License-Identifier: GPL-3.0-or-later

/// How strongly an adapter sends and how sensitively it hears, as somebody measured it at one metre: a row of
/// adapters.toml.
package struct AdapterCalibration: Hashable, Sendable {
    /// How far the figures can be trusted; the raw values are those of Exposure Notification's metadata.
    package enum Confidence: UInt8, CaseIterable, Sendable {
        /// Nobody measured this model.
        case lowest
        /// Measured once, with devices whose own figures are not known.
        case low
        /// Measured on one adapter of this model, against a phone whose figures are published.
        case medium
        /// Measured on several adapters of this model.
        case high

        /// The word in adapters.toml.
        package var word: String { String(describing: self) }
    }

    /// What the adapter is, for people; empty when the row does not say.
    package var name = ""
    /// dBm that leave the antenna, -60 ... 20: what a receiver of known sensitivity hears at one metre, and 40 dB for that
    /// metre. The number that a chip is set to is another one, often 20 dB higher (exposure-notification-facts 2.4).
    package var radiatedPower: Int8 = AdapterTable.standardPower
    /// dBm that the chip was set to when `radiatedPower` was measured; nil when it does not say.
    package var setPoint: Int8?
    /// dB to add to every signal strength that the adapter reports, -30 ... 30.
    package var correction: Int8 = 0
    package var confidence = Confidence.lowest

    package init() {}

    /// dBm that leave the antenna when the chip is set to `setting`; it is nil when the chip does not say.
    package func radiatedPower(at setting: Int8?) -> Int8 {
        guard let setting, let setPoint else { return radiatedPower }
        let power = Int(radiatedPower) + Int(setting) - Int(setPoint)
        return Int8(clamping: min(max(power, -60), 20))
    }

    /// The row as a section of adapters.toml, for the adapter that `model` names.
    package func text(model: String) -> String {
        var lines = ["[\"\(model)\"]"]
        if !name.isEmpty { lines.append("name = \"\(name)\"") }
        lines.append("radiated-power = \(radiatedPower)")
        if let setPoint { lines.append("set-point = \(setPoint)") }
        lines += ["correction = \(correction)", "confidence = \"\(confidence.word)\""]
        return lines.joined(separator: "\n") + "\n"
    }
}

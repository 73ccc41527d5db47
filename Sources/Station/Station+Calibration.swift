// SPDX-License-Identifier: GPL-3.0-or-later
// What the adapter in use radiates and how well it hears: from the owner's word, or the table of adapters.

internal import Beacon
internal import Logging
internal import Radio
internal import Settings

extension Station {
    /// What our metadata declares now.
    var metadata: ExposureNotificationMetadata { Self.metadata(settings, calibration, chosen: chosenPower) }

    /// What is declared of an adapter set to `chosen` dBm: what its owner says, with the lowest confidence, else what was
    /// measured.
    static func metadata(
        _ settings: Settings, _ calibration: AdapterCalibration, chosen: Int8?
    ) -> ExposureNotificationMetadata {
        if let power = settings.radio.transmitPower {
            return ExposureNotificationMetadata(transmitPower: power, confidence: 0)
        }
        return ExposureNotificationMetadata(
            transmitPower: calibration.radiatedPower(at: chosen), confidence: calibration.confidence.rawValue)
    }

    /// Another adapter, or none, is in use from now on.
    func change(to adapter: String?) {
        self.adapter = adapter
        chosenPower = nil
        models = settings.radio.kind == .bluez ? adapter.map { AdapterModel.names(of: $0) } ?? [] : []
        calibrate()
        rotate(.metadata(metadata), clock.now)
        guard let adapter, settings.radio.kind == .bluez, calibration.confidence == .lowest,
            unmeasured.insert(adapter).inserted
        else { return }
        logger.info("nobody has measured an adapter of this model: see bluezonectl calibrate")
    }

    /// Takes the table's row of the adapter in use. In a simulated air all are phones, at the power of the median Android
    /// phone (exposure-notification-facts 2.4).
    func calibrate() {
        calibration = adapters.calibration(of: models)
        guard settings.radio.kind == .air else { return }
        calibration = AdapterCalibration()
        calibration.radiatedPower = -26
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Cases

/// How infectious a case was on the day of the sighting, as the policy reads the days since onset.
package enum Infectiousness: Hashable, Sendable, CaseIterable {
    case none
    case standard
    case high
}

/// One scan in which a case key was heard.
package struct ScanInstance: Hashable, Sendable {
    /// The smallest attenuation of the scan in dB, at least 0: the closest that the device seemed.
    package var minAttenuation: Int
    /// The mean attenuation of the scan in dB, rounded.
    package var typicalAttenuation: Int
    /// The time this scan stands for, in seconds: whole minutes since the scan before, at most five.
    package var seconds: Int

    package init(minAttenuation: Int, typicalAttenuation: Int, seconds: Int) {
        self.minAttenuation = minAttenuation
        self.typicalAttenuation = typicalAttenuation
        self.seconds = seconds
    }
}

/// Sightings of one case key close in time, at most 30 minutes from the first.
package struct ExposureWindow: Hashable, Sendable {
    package var format: BeaconFormat
    /// When the first sighting was heard.
    package var start: Timestamp
    /// As published.
    package var reportType: ReportType
    package var infectiousness: Infectiousness
    /// Exposure Notification's deprecated transmission risk level, as published.
    package var transmissionRisk: Int32
    /// Calibration confidence of the sender's transmit power, 0 ... 3; 0 for Bluezone, which does not send it.
    package var calibrationConfidence: UInt8
    /// The scans in order of time.
    package var scans: [ScanInstance]

    package init(
        format: BeaconFormat, start: Timestamp, reportType: ReportType = .confirmedTest,
        infectiousness: Infectiousness = .standard, transmissionRisk: Int32 = 0, calibrationConfidence: UInt8 = 0,
        scans: [ScanInstance]
    ) {
        self.format = format
        self.start = start
        self.reportType = reportType
        self.infectiousness = infectiousness
        self.transmissionRisk = transmissionRisk
        self.calibrationConfidence = calibrationConfidence
        self.scans = scans
    }

    /// The UTC day the window counts for: that of its first sighting.
    package var day: UTCDay { start.day }

    /// The time the window's scans stand for, in seconds, before any weight.
    package var seconds: Int { scans.reduce(0) { $0 + max(0, $1.seconds) } }

    /// The smallest attenuation of all scans in dB; nil without a scan.
    package var minAttenuation: Int? { scans.map(\.minAttenuation).min() }

    /// The mean of the scans' typical attenuations in dB, rounded; nil without a scan.
    package var typicalAttenuation: Int? { roundedMean(scans.map(\.typicalAttenuation)) }
}

/// The mean of numbers that are not negative, halves rounded up; nil for none.
func roundedMean(_ values: [Int]) -> Int? {
    guard !values.isEmpty else { return nil }
    return (2 * values.reduce(0, +) + values.count) / (2 * values.count)
}

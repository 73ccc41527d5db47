// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases

/// Cuts the sightings of one match into windows and scans, by Exposure Notification's rules for both formats.
struct WindowBuilder {
    /// A sighting this long after a window's first opens the next window.
    static let windowMilliseconds: Int64 = 1_800_000
    /// Sightings at most this far apart belong to one scan.
    static let scanMilliseconds: Int64 = 25_500
    /// What a scan stands for when the one before is unknown, in seconds.
    static let secondsWithoutPrevious = 120
    /// The longest that a scan may stand for, in minutes.
    static let longestMinutes: Int64 = 5

    let policy: Policy

    /// A sighting with its attenuations in dB.
    private struct Sample {
        var sighting: Sighting
        var strongest: Int
        var mean: Int
        var confidence: UInt8
    }

    /// The windows that `sightings` of `key` make; `sightings` must be in order of time. A sighting without a usable
    /// signal or transmit power counts for nothing.
    func windows(of key: CaseKey, _ sightings: [Sighting]) -> [ExposureWindow] {
        var windows: [[Sample]] = []
        for sample in samples(of: key, sightings) {
            if let first = windows.last?.first,
                milliseconds(from: first, to: sample) < WindowBuilder.windowMilliseconds
            {
                windows[windows.count - 1].append(sample)
            } else {
                windows.append([sample])
            }
        }
        return windows.compactMap { samples in
            guard let first = samples.first else { return nil }
            return ExposureWindow(
                format: key.key.format, start: first.sighting.time, reportType: key.reportType,
                infectiousness: policy.infectiousness(daysSinceOnset: key.daysSinceOnset),
                transmissionRisk: key.transmissionRisk, calibrationConfidence: first.confidence, scans: scans(samples))
        }
    }

    private func scans(_ samples: [Sample]) -> [ScanInstance] {
        var groups: [[Sample]] = []
        for sample in samples {
            if let last = groups.last?.last, isSameScan(last, sample) {
                groups[groups.count - 1].append(sample)
            } else {
                groups.append([sample])
            }
        }
        return groups.compactMap { group in
            guard let first = group.first, let minimum = group.map(\.strongest).min(),
                let typical = roundedMean(group.map(\.mean))
            else { return nil }
            return ScanInstance(
                minAttenuation: minimum, typicalAttenuation: typical,
                seconds: WindowBuilder.seconds(at: first.sighting.time, previousScan: first.sighting.previousScan))
        }
    }

    /// Whether two sightings in a row are of one scan: close in time, and not told apart by the scans before them. A station
    /// that scans every few seconds would else have one endless scan, and all its time but the first scan's would be lost.
    private func isSameScan(_ a: Sample, _ b: Sample) -> Bool {
        if let before = a.sighting.previousScan, let later = b.sighting.previousScan, before != later { return false }
        return milliseconds(from: a, to: b) <= WindowBuilder.scanMilliseconds
    }

    /// The time a scan stands for: whole clock minutes since the one before, 0 to 5, in seconds.
    static func seconds(at time: Timestamp, previousScan: Timestamp?) -> Int {
        guard let previousScan else { return secondsWithoutPrevious }
        let (minutes, overflow) = (time.seconds / 60).subtractingReportingOverflow(previousScan.seconds / 60)
        return overflow ? 0 : Int(60 * min(longestMinutes, max(0, minutes)))
    }

    private func samples(of key: CaseKey, _ sightings: [Sighting]) -> [Sample] {
        switch key.key.format {
        case .bluezone:
            return sightings.compactMap { sample($0, transmitPower: policy.assumedTransmitPower, confidence: 0) }
        case .exposureNotification:
            let derivation = ExposureNotificationDerivation(key: key.key.bytes)
            return sightings.compactMap { sighting in
                let word = derivation.applyMetadataCipher(
                    sighting.payload.metadata, identifier: sighting.payload.identifier)
                // Versions 1.0 and 1.1. Metadata is encrypted but not authenticated, so the power is checked too.
                guard let metadata = ExposureNotificationMetadata(word: word), (4...5).contains(metadata.version >> 4),
                    policy.transmitPowers.contains(Int(metadata.transmitPower))
                else { return nil }
                return sample(
                    sighting, transmitPower: Int(metadata.transmitPower), confidence: metadata.confidence)
            }
        }
    }

    private func sample(_ sighting: Sighting, transmitPower: Int, confidence: UInt8) -> Sample? {
        // HCI says 127 for "no signal strength"; nothing above 20 dBm is a measurement.
        guard sighting.rssi <= 20, sighting.meanRSSI <= 20 else { return nil }
        return Sample(
            sighting: sighting, strongest: max(0, transmitPower - Int(sighting.rssi)),
            mean: max(0, transmitPower - Int(sighting.meanRSSI)), confidence: confidence)
    }

    /// Time from one sample to a later one; the input is sorted, so a wrap means the ends of the number range.
    private func milliseconds(from a: Sample, to b: Sample) -> Int64 {
        let (difference, overflow) = b.sighting.time.milliseconds
            .subtractingReportingOverflow(a.sighting.time.milliseconds)
        return overflow ? .max : difference
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
public import Cases

/// What thresholds an authority may publish. It is asked where a policy is signed, and again on every device.
public enum PolicyRules {
    /// What is wrong with the entries of a policy, in words; nil when a device takes them.
    public static func objection(to entries: [PolicyDocument.Entry]) -> String? {
        do throws(PolicyError) {
            return try Policy(entries: entries.map { ($0.key, $0.value) }).absurdity
        } catch {
            return error.description
        }
    }
}

extension Policy {
    /// The fewest days back that a published policy may count: keys come days after the encounter.
    static let leastDaysBack = 5

    /// What makes these thresholds none that an authority can mean, in words; nil for sensible ones. Whoever could sign a policy
    /// that never alerts would switch every device off, with one that always does he would empty the streets.
    package var absurdity: String? {
        if daysBack < Policy.leastDaysBack {
            return "DaysBack=\(daysBack): days that are more than \(Policy.leastDaysBack) days back must count"
        }
        if risk(attenuation: 40, scans: 48) != .high { return "four hours at arm's length with a case do not alert" }
        if risk(attenuation: 40, scans: 1, seconds: 60) == .high { return "one minute near a case alerts" }
        if risk(attenuation: 90, scans: 12) == .high { return "an hour across the street from a case alerts" }
        return nil
    }

    /// What so many scans at one attenuation amount to, of a case confirmed by a test, on the day of its first symptoms.
    private func risk(attenuation: Int, scans: Int, seconds: Int = 300) -> Risk {
        let scan = ScanInstance(minAttenuation: attenuation, typicalAttenuation: attenuation, seconds: seconds)
        var sum = 0.0
        // A window has at most 30 minutes.
        for first in stride(from: 0, to: scans, by: 6) {
            let window = ExposureWindow(
                format: .bluezone, start: Timestamp(seconds: Int64(first) * 300),
                infectiousness: infectiousness(daysSinceOnset: 0), transmissionRisk: 2,
                scans: Array(repeating: scan, count: min(6, scans - first)))
            sum += weightedSeconds(of: window)
        }
        return risk(minutes: minutes(weightedSeconds: sum))
    }
}

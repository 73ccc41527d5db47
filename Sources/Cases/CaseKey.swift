// SPDX-License-Identifier: GPL-3.0-or-later

public import Beacon

/// How a case became known, as Exposure Notification's export format numbers it.
public enum ReportType: Int32, Hashable, Sendable, CaseIterable {
    /// Also what a file says that does not say it, as all files of 2020 do: what that counts as is for the policy.
    case unknown = 0
    case confirmedTest = 1
    case confirmedClinicalDiagnosis = 2
    case selfReport = 3
    /// A contact of a case (F1): its contacts are F2.
    case recursive = 4
    /// The key was published in error and no longer counts.
    case revoked = 5
}

/// A daily key of a case, published by the health authority (diagnosis key).
public struct CaseKey: Hashable, Sendable {
    /// The key itself.
    public var key: DailyKey
    /// Interval number (10 minutes since 1970) of the key's first identifier; a UTC midnight for whole days.
    public var rollingStart: UInt32
    /// Intervals (10 minutes) the key was in use from `rollingStart` on: 1 ... 144.
    public var rollingPeriod: UInt32
    /// How the case became known.
    public var reportType: ReportType
    /// Days from the onset of symptoms to the key's day, negative before it; nil when the file does not say.
    public var daysSinceOnset: Int32?
    /// Exposure Notification's deprecated transmission risk level, 0 ... 8.
    public var transmissionRisk: Int32

    /// A case key; without `rollingPeriod` it was in use for a whole day.
    public init(
        key: DailyKey, rollingStart: UInt32, rollingPeriod: UInt32 = 144, reportType: ReportType = .confirmedTest,
        daysSinceOnset: Int32? = nil, transmissionRisk: Int32 = 0
    ) {
        self.key = key
        self.rollingStart = rollingStart
        self.rollingPeriod = rollingPeriod
        self.reportType = reportType
        self.daysSinceOnset = daysSinceOnset
        self.transmissionRisk = transmissionRisk
    }

    /// The UTC day in which the key begins.
    public var day: UTCDay { Timestamp(seconds: Int64(rollingStart) * 600).day }
}

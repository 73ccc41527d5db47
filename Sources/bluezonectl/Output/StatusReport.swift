// SPDX-License-Identifier: GPL-3.0-or-later
// What the online commands print for programs. bluezonectl(1) documents the members; a change that breaks a reader
// raises the schema's number.

internal import Beacon
internal import Control

/// The number of the documented JSON shapes.
let schema = JSON.Member("schema", .integer(1))

extension StationStatus {
    /// The status for programs; times are Unix seconds, null for what has not happened.
    var json: JSON {
        .object([
            schema,
            .init("state", .string(state.rawValue)),
            .init("adapter", adapter.isEmpty ? .null : .string(adapter)),
            .init("formats", .array(formats.map { .string($0.description) })),
            .init("adapterModel", adapterModel.isEmpty ? .null : .string(adapterModel)),
            .init("correction", .integer(Int64(correction))),
            .init("radiatedPower", .integer(Int64(radiatedPower))),
            .init("chipPower", chipPower == 127 ? .null : .integer(Int64(chipPower))),
            .init("confidence", .string(confidence)),
            .init("sightingsToday", .integer(Int64(sightingsToday))),
            .init("identifiersToday", .integer(Int64(identifiersToday))),
            .init("lastSighting", .integer(lastSighting?.seconds)),
            .init("lastMatch", .integer(lastMatch?.seconds)),
            .init("lastImport", .integer(lastImport?.seconds)),
            .init("caseKeys", .integer(Int64(caseKeys))),
            .init("alertLevel", .string(alertLevel.rawValue)),
            .init("journalBytes", .integer(Int64(clamping: journalBytes))),
            .init("daysRecorded", .integer(Int64(daysRecorded))),
            .init("daysKept", .integer(Int64(daysKept))),
            .init("pausedUntil", .integer(pausedUntil?.seconds)),
            .init("replaysToday", .integer(Int64(replaysToday))),
            .init("ownHeard", .integer(Int64(ownHeard))),
            .init("scanProfile", .string(scanProfile.rawValue)),
            .init("listeningShare", .integer(Int64(listeningShare))),
            .init("scanWay", scanWay.map { .string($0.rawValue) } ?? .null),
            .init("lostReports", .integer(Int64(clamping: lostReports))),
            .init("handover", .array(handover.map { .string($0.rawValue) })),
            .init("handoversRead", .integer(Int64(handoversRead))),
            .init("handoversFailed", .integer(Int64(handoversFailed))),
            .init("policySerial", policySerial == 0 ? .null : .integer(Int64(clamping: policySerial))),
            .init("policyRegion", policySerial == 0 ? .null : .string(policyRegion)),
            .init("policySigner", policySerial == 0 ? .null : .string(policySigner)),
            .init("policySince", .integer(policySince?.seconds)),
            .init("policyUntil", .integer(policyUntil?.seconds)),
            .init("policyEntries", .array(policyEntries.map { .string($0) })),
            .init("policyOverrides", .array(policyOverrides.map { .string($0) })),
            .init("warnings", .array(warnings.map(\.json))),
        ])
    }
}

extension StationWarning {
    /// The warning for programs, with the remedy in English.
    var json: JSON {
        .object([
            .init("kind", .string(kind.rawValue)),
            .init("detail", .string(detail)),
            .init("fix", .string(WarningAdvice(kind, in: Style()).remedy)),
        ])
    }
}

extension AlertNotice {
    /// The alert for programs.
    var json: JSON {
        .object([
            .init("level", .string(level.rawValue)),
            .init("day", .string(day.description)),
            .init("minutes", .integer(Int64(minutes))),
            .init("format", .string(format.description)),
        ])
    }
}

extension NearbyBeacon {
    /// The entry for programs.
    var json: JSON {
        .object([
            .init("prefix", .string(prefix)),
            .init("format", .string(format.description)),
            .init("rssi", .integer(Int64(rssi))),
            .init("age", .integer(Int64(age))),
            .init("samples", .integer(Int64(samples))),
        ])
    }
}

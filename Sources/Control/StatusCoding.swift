// SPDX-License-Identifier: GPL-3.0-or-later
// StationStatus to and from the values on the bus. Times are Unix seconds, 0 for none.

internal import Beacon
package import Bus

extension StationStatus {
    /// The value of `property` on the bus, of the type that `property.signature` names.
    package func value(of property: StationProperty) -> BusValue {
        switch property {
        case .state: .string(state.rawValue)
        case .adapter: .string(adapter)
        case .formats: .strings(formats.map(\.description))
        case .adapterModel: .string(adapterModel)
        case .correction: .int16(Int16(correction))
        case .radiatedPower: .int16(Int16(radiatedPower))
        case .chipPower: .int16(Int16(chipPower))
        case .confidence: .string(confidence)
        case .sightingsToday: .uint32(sightingsToday)
        case .identifiersToday: .uint32(identifiersToday)
        case .lastSighting: .uint64(seconds(lastSighting))
        case .lastMatch: .uint64(seconds(lastMatch))
        case .lastImport: .uint64(seconds(lastImport))
        case .caseKeys: .uint32(caseKeys)
        case .alertLevel: .string(alertLevel.rawValue)
        case .journalBytes: .uint64(journalBytes)
        case .daysRecorded: .uint32(daysRecorded)
        case .daysKept: .uint32(daysKept)
        case .pausedUntil: .uint64(seconds(pausedUntil))
        case .replaysToday: .uint32(replaysToday)
        case .ownHeard: .uint32(ownHeard)
        case .scanProfile: .string(scanProfile.rawValue)
        case .listeningShare: .uint32(listeningShare)
        case .scanWay: .string(scanWay?.rawValue ?? "")
        case .lostReports: .uint64(lostReports)
        case .handover: .strings(handover.map(\.rawValue))
        case .handoversRead: .uint32(handoversRead)
        case .handoversFailed: .uint32(handoversFailed)
        case .policySerial: .uint64(policySerial)
        case .policyRegion: .string(policyRegion)
        case .policySigner: .string(policySigner)
        case .policySince: .uint64(seconds(policySince))
        case .policyUntil: .uint64(seconds(policyUntil))
        case .policyEntries: .strings(policyEntries)
        case .policyOverrides: .strings(policyOverrides)
        case .warnings: .strings(warnings.map(\.text))
        }
    }

    /// The properties whose values on the bus differ from those of `earlier`, in the interface's order.
    package func changes(since earlier: StationStatus) -> [(StationProperty, BusValue)] {
        StationProperty.allCases.compactMap { property in
            let now = value(of: property)
            return now == earlier.value(of: property) ? nil : (property, now)
        }
    }

    /// The status that a dictionary of properties (`a{sv}`, as `GetAll` answers) spells. Properties that are missing keep
    /// their first value, formats and warnings that this version does not know are left out. Throws `.unexpected` when
    /// a value has another type than the interface says, or the state is not one that this version knows.
    package init(properties: BusValue) throws(ControlError) {
        self.init()
        guard let entries = properties.entries else { throw .unexpected("the properties are not a dictionary") }
        for entry in entries {
            guard let property = entry.key.text.flatMap(StationProperty.init) else { continue }
            guard take(property, entry.value.unwrapped) else {
                throw .unexpected("property \(property.rawValue) has the value \(entry.value.unwrapped)")
            }
        }
    }

    /// Sets one property; false when the value is not one that the interface allows.
    private mutating func take(_ property: StationProperty, _ value: BusValue) -> Bool {
        switch property {
        case .state: assign(&state, value.text.flatMap(State.init))
        case .adapter: assign(&adapter, value.text)
        case .formats: assign(&formats, texts(value)?.compactMap(BeaconFormat.init(name:)))
        case .adapterModel: assign(&adapterModel, value.text)
        case .correction: assign(&correction, number(value))
        case .radiatedPower: assign(&radiatedPower, number(value))
        case .chipPower: assign(&chipPower, number(value))
        case .confidence: assign(&confidence, value.text)
        case .sightingsToday: assign(&sightingsToday, number(value))
        case .identifiersToday: assign(&identifiersToday, number(value))
        case .lastSighting: assign(&lastSighting, moment(value))
        case .lastMatch: assign(&lastMatch, moment(value))
        case .lastImport: assign(&lastImport, moment(value))
        case .caseKeys: assign(&caseKeys, number(value))
        case .alertLevel: assign(&alertLevel, value.text.flatMap(AlertStanding.init))
        case .journalBytes: assign(&journalBytes, number(value))
        case .daysRecorded: assign(&daysRecorded, number(value))
        case .daysKept: assign(&daysKept, number(value))
        case .pausedUntil: assign(&pausedUntil, moment(value))
        case .replaysToday: assign(&replaysToday, number(value))
        case .ownHeard: assign(&ownHeard, number(value))
        case .scanProfile: assign(&scanProfile, value.text.flatMap(ScanProfile.init))
        case .listeningShare: assign(&listeningShare, number(value))
        case .scanWay: assign(&scanWay, value.text.map(ScanWay.init(rawValue:)))
        case .lostReports: assign(&lostReports, number(value))
        case .handover: assign(&handover, texts(value)?.compactMap(Handover.init))
        case .handoversRead: assign(&handoversRead, number(value))
        case .handoversFailed: assign(&handoversFailed, number(value))
        case .policySerial: assign(&policySerial, number(value))
        case .policyRegion: assign(&policyRegion, value.text)
        case .policySigner: assign(&policySigner, value.text)
        case .policySince: assign(&policySince, moment(value))
        case .policyUntil: assign(&policyUntil, moment(value))
        case .policyEntries: assign(&policyEntries, texts(value))
        case .policyOverrides: assign(&policyOverrides, texts(value))
        case .warnings: assign(&warnings, texts(value)?.compactMap(StationWarning.init))
        }
    }
}

private func assign<Value>(_ place: inout Value, _ value: Value?) -> Bool {
    guard let value else { return false }
    place = value
    return true
}

private func seconds(_ time: Timestamp?) -> UInt64 { UInt64(clamping: time?.seconds ?? 0) }

/// The moment that Unix seconds name, or none for 0; nil for what is no number, or lies past the year 9999.
private func moment(_ value: BusValue) -> Timestamp?? {
    guard let seconds = value.integer, (0...253_402_300_799).contains(seconds) else { return nil }
    return .some(seconds == 0 ? nil : Timestamp(seconds: seconds))
}

private func number<Number: FixedWidthInteger>(_ value: BusValue) -> Number? {
    value.integer.flatMap(Number.init(exactly:))
}

private func texts(_ value: BusValue) -> [String]? {
    guard let elements = value.elements else { return nil }
    let texts = elements.compactMap(\.text)
    return texts.count == elements.count ? texts : nil
}

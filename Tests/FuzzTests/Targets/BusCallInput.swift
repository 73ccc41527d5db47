// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon

@testable import Bus
@testable import Control

/// Calls of the daemon's object with arbitrary arguments; and, for the caller's side, answers of arbitrary values.
enum BusCallInput: FuzzedInput {
    private static let templates =
        StationMethod.allCases.map {
            WireTemplate(kind: 1, path: StationInterface.path, interface: StationInterface.name, member: $0.rawValue)
        }
        + ["Get", "GetAll", "Set"].map {
            WireTemplate(
                kind: 1, path: StationInterface.path, interface: "org.freedesktop.DBus.Properties", member: $0)
        } + [
            WireTemplate(
                kind: 1, path: StationInterface.path, interface: "org.freedesktop.DBus.Introspectable",
                member: "Introspect"),
            WireTemplate(kind: 1, path: "/org", interface: "", member: "Pause"),
        ]

    /// A bus that is never there; whoever asks it who a caller is hears at once that it cannot say.
    private static let server: ControlServer = {
        let bus = Bus(address: "unix:path=/nonexistent")
        awaited { await bus.close() }
        return ControlServer(bus: bus, delegate: QuietStation())
    }()

    static func check(_ bytes: [UInt8]) throws {
        let engine = BusEngine(address: nil)
        let calls = engine.serve(StationInterface.path, engine.nextNumber())
        for message in wireMessages(bytes, templates) {
            // Of the socket's two ends only this one is here: what would be sent is dropped.
            engine.receive(message)
            guard let arguments = try? message.arguments() else { continue }
            try checkWriting(arguments, to: message)
            try checkAnswer(arguments, of: message)
            for value in arguments { try checkReading(value) }
        }
        withExtendedLifetime(calls) {}
    }

    /// What was read can be written, and is then the same; but file descriptors, which are only read past.
    private static func checkWriting(_ arguments: [BusValue], to call: Message) throws {
        guard !arguments.contains(where: hasDescriptor) else { return }
        let first = try Message(returning: arguments, to: call)
        try demand(first.signature == call.signature, "values keep their signature")
        let second = try Message(returning: try first.arguments(), to: call)
        try demand(marshalled(first) == marshalled(second), "values are written as they were read")
    }

    private static func hasDescriptor(_ value: BusValue) -> Bool {
        switch value {
        case .descriptor: true
        case .array(let element, let values): element.contains("h") || values.contains(where: hasDescriptor)
        case .structure(let values): values.contains(where: hasDescriptor)
        case .dictionary(_, let item, let entries):
            item.contains("h") || entries.contains { hasDescriptor($0.key) || hasDescriptor($0.value) }
        case .variant(let inner): hasDescriptor(inner)
        default: false
        }
    }

    private static func checkAnswer(_ arguments: [BusValue], of call: Message) throws {
        let request = BusRequest(
            sender: call.sender, path: call.path, interface: call.interface, member: call.member,
            arguments: arguments)
        let object = BusObject(interfaces: [server.interface])
        switch awaited({ await object.answer(request) }) {
        case .success(let values):
            let answer = try Message(returning: values, to: call)
            try demand(try answer.arguments() == values, "an answer arrives as it was given")
        case .failure(let failure):
            let answer = Message(failing: failure, to: call)
            try demand(answer?.errorName == failure.name, "an error keeps its name")
        }
        // Who may call it is asked above; what comes of it when one may:
        guard let method = StationMethod(rawValue: call.member), call.signature == method.input else { return }
        let values = awaited { try? await server.answer(method, arguments) }
        let signatures = values?.map(\.signature).joined()
        try demand(signatures == method.output, "\(method.rawValue) answers what the interface says")
    }

    /// The caller's side: what can be read can be said again.
    private static func checkReading(_ value: BusValue) throws {
        if let alert = try? AlertNotice(value) {
            try demand((try? AlertNotice(alert.value)) == alert, "an alert is read as it was written")
            for language in MessageLanguage.allCases { _ = alert.sentence(in: language) }
        }
        if let beacon = try? NearbyBeacon(value) {
            try demand(beacon.prefix.count <= 6, "no more than three bytes of an identifier are shown")
            try demand((try? NearbyBeacon(beacon.value)) == beacon, "a nearby beacon is read as it was written")
        }
        if let status = try? StationStatus(properties: value) {
            let said = BusValue.properties(StationProperty.allCases.map { ($0.rawValue, status.value(of: $0)) })
            try demand((try? StationStatus(properties: said)) == status, "a status is read as it was written")
        }
    }

    static func seeds() throws -> [Seed] {
        let station = QuietStation()
        let name = BusValue.string(StationInterface.name)
        let status = StationProperty.allCases.map { ($0.rawValue, station.sample.value(of: $0)) }
        return [
            Seed("pause", try wirePiece(0, [.uint32(3600)])), Seed("resume", try wirePiece(1, [])),
            Seed("list-alerts", try wirePiece(4, [])), Seed("nearby", try wirePiece(5, [])),
            Seed("get", try wirePiece(6, [name, .string("State")])), Seed("get-all", try wirePiece(7, [name])),
            Seed("set", try wirePiece(8, [name, .string("State"), .variant(.string("running"))])),
            Seed("introspect", try wirePiece(9, [])), Seed("status", try wirePiece(0, [.properties(status)])),
            Seed("alert", try wirePiece(0, station.alerts().map(\.value))),
            Seed("beacon", try wirePiece(0, station.nearby().map(\.value))),
            Seed(
                "types",
                try wirePiece(
                    0,
                    [
                        .bool(true), .byte(1), .int16(-1), .uint16(1), .int32(-1), .int64(-1), .uint64(1),
                        .double(0.5), .objectPath("/a"), .signature("a{sv}"), .bytes([1, 2]), .strings(["a", "b"]),
                        .structure([.byte(1), .variant(.structure([.string("x")]))]),
                    ])),
        ]
    }
}

/// A daemon that answers and does nothing.
private struct QuietStation: ControlDelegate {
    let sample: StationStatus = {
        var status = StationStatus()
        status.state = .running
        status.adapter = "hci0"
        status.formats = BeaconFormat.allCases
        status.lastSighting = Timestamp(seconds: 1_623_196_800)
        status.warnings = [StationWarning(.casesStale), StationWarning(.adapterAbsent, detail: "hci0")]
        return status
    }()

    func status() -> StationStatus { sample }
    func alerts() -> [AlertNotice] {
        [AlertNotice(level: .f1, day: UTCDay(number: 18_787), minutes: 18, format: .bluezone)]
    }
    func nearby() -> [NearbyBeacon] {
        sampleBeacons.map { NearbyBeacon(identifier: $0.identifier, rssi: -61, age: 4) }
    }
    func pause(seconds: UInt32) {}
    func resume() {}
    func match() {}
    func forget() {}
    func publishable() -> [PublishableKeys] {
        [PublishableKeys(day: UTCDay(number: 18_787), format: .bluezone, count: 1, isInUse: false)]
    }
    func handOutKeys(of days: Set<UTCDay>) -> [HandedOutKey] {
        days.map { HandedOutKey(day: $0, key: .random(.bluezone), slots: 0..<96) }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
package import Bus

/// The daemon's side of `org.bluezone1.Station`.
package actor ControlServer {
    private let bus: Bus
    private let delegate: any ControlDelegate
    private let permission: CallerPermission
    /// What the last PropertiesChanged left others to believe.
    private var announced: StationStatus?

    package init(bus: Bus, delegate: any ControlDelegate, permission: CallerPermission = CallerPermission()) {
        self.bus = bus
        self.delegate = delegate
        self.permission = permission
    }

    /// Serves the object until the task is cancelled or the bus is closed, whether the bus is up or away.
    ///
    /// It does not take the name: the daemon calls `takeName` last, when it is ready to be asked.
    package nonisolated func run() async {
        await bus.serve([interface], at: StationInterface.path)
    }

    /// Takes the name `org.bluezone1`. Throws what `Bus.requestName` throws.
    package nonisolated func takeName() async throws(BusError) {
        try await bus.requestName(StationInterface.busName)
    }

    /// Tells everybody who listens which properties have changed since the last call; the first call tells all.
    package func update(_ status: StationStatus) async {
        let changes: [(StationProperty, BusValue)]
        if let announced {
            changes = status.changes(since: announced)
        } else {
            changes = StationProperty.allCases.map { ($0, status.value(of: $0)) }
        }
        announced = status
        guard !changes.isEmpty else { return }
        // Legal by construction: names and types are those of the interface, so the only error cannot come.
        try? await bus.emitPropertiesChanged(
            path: StationInterface.path, interface: StationInterface.name,
            changed: changes.map { ($0.0.rawValue, $0.1) })
    }

    /// Emits the signal `Alert`.
    package func announce(_ alert: AlertNotice) async {
        try? await bus.emit(
            path: StationInterface.path, interface: StationInterface.name, member: StationSignal.alert.rawValue,
            arguments: [alert.value])
    }

    // MARK: The interface

    nonisolated var interface: BusInterface {
        BusInterface(
            StationInterface.name,
            methods: StationMethod.allCases.map(served),
            properties: StationProperty.allCases.map { property in
                BusProperty(property.rawValue, property.signature) { [delegate] in
                    await delegate.status().value(of: property)
                }
            },
            signals: StationSignal.allCases.map { BusSignalDescription($0.rawValue, [BusArgument("alert", "a{sv}")]) })
    }

    private nonisolated func served(_ method: StationMethod) -> BusMethod {
        BusMethod(
            method.rawValue,
            inputs: method.input.isEmpty ? [] : [BusArgument(method.argument, method.input)],
            outputs: method.output.isEmpty ? [] : [BusArgument(method.answer, method.output)]
        ) { request async throws(BusFailure) in
            if method.isRestricted { try await self.check(request.sender, method) }
            do throws(ControlRefusal) {
                return try await self.answer(method, request.arguments)
            } catch {
                throw error.failure
            }
        }
    }

    /// Refuses callers that may not change anything, and those of whom the bus cannot say who they are.
    private nonisolated func check(_ sender: String, _ method: StationMethod) async throws(BusFailure) {
        let caller: BusCredentials
        do {
            caller = try await bus.credentials(of: sender)
        } catch {
            throw BusFailure(BusErrorName.accessDenied, "\(method.rawValue): the bus does not say who asks (\(error))")
        }
        guard permission.permits(caller) else {
            throw BusFailure(
                BusErrorName.accessDenied,
                "\(method.rawValue) is for root and members of the group \(StationInterface.group)")
        }
    }

    nonisolated func answer(
        _ method: StationMethod, _ arguments: [BusValue]
    ) async throws(ControlRefusal) -> [BusValue] {
        switch method {
        case .pause:
            guard let seconds = arguments.first?.integer.flatMap(UInt32.init(exactly:)) else {
                throw .failed("Pause takes a number of seconds")
            }
            try await delegate.pause(seconds: seconds)
        case .resume: try await delegate.resume()
        case .match: try await delegate.match()
        case .forget: try await delegate.forget()
        case .listAlerts: return [.array(of: "a{sv}", await delegate.alerts().map(\.value))]
        case .nearby: return [.array(of: "a{sv}", await delegate.nearby().map(\.value))]
        case .listPublishable: return [.array(of: "a{sv}", try await delegate.publishable().map(\.value))]
        case .handOutKeys:
            let days = try days(arguments.first)
            return [.array(of: "a{sv}", try await delegate.handOutKeys(of: days).map(\.value))]
        }
        return []
    }

    private nonisolated func days(_ argument: BusValue?) throws(ControlRefusal) -> Set<UTCDay> {
        let texts = (argument?.elements ?? []).map { $0.text ?? "" }
        var days: Set<UTCDay> = []
        for text in texts {
            guard let day = UTCDay(text) else { throw .failed("HandOutKeys takes days as 2026-11-20, not \"\(text)\"") }
            days.insert(day)
        }
        return days
    }
}

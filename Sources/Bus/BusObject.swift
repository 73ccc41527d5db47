// SPDX-License-Identifier: GPL-3.0-or-later

/// A served object: finds who answers a call, and answers what every object must.
struct BusObject: Sendable {
    var interfaces: [BusInterface]

    func answer(_ request: BusRequest) async -> Result<[BusValue], BusFailure> {
        do throws(BusFailure) {
            switch (request.interface, request.member) {
            case ("org.freedesktop.DBus.Introspectable", "Introspect"):
                return .success([.string(Introspection.text(interfaces))])
            case ("org.freedesktop.DBus.Properties", _):
                return .success(try await answerProperties(request))
            default:
                return .success(try await answerMethod(request))
            }
        } catch { return .failure(error) }
    }

    private func answerMethod(_ request: BusRequest) async throws(BusFailure) -> [BusValue] {
        // A call may leave the interface out; then any interface will do.
        let candidates = interfaces.filter { request.interface.isEmpty || $0.name == request.interface }
        guard let method = candidates.lazy.flatMap(\.methods).first(where: { $0.name == request.member }) else {
            throw BusFailure(BusErrorName.unknownMethod, "there is no method \(request.interface).\(request.member)")
        }
        let wanted = method.inputs.map(\.signature).joined()
        let given = request.arguments.map(\.signature).joined()
        guard given == wanted else {
            throw BusFailure(
                BusErrorName.invalidArguments, "\(method.name) takes arguments of type “\(wanted)”, not “\(given)”")
        }
        let values = try await method.handler(request)
        guard values.map(\.signature) == method.outputs.map(\.signature) else {
            throw BusFailure(BusErrorName.failed, "\(method.name) has an answer of another type than it promises")
        }
        return values
    }

    private func answerProperties(_ request: BusRequest) async throws(BusFailure) -> [BusValue] {
        let texts = request.arguments.map { $0.text ?? "" }
        switch (request.member, request.arguments.map(\.signature).joined()) {
        case ("Get", "ss"):
            let all = interfaces.filter { texts[0].isEmpty || $0.name == texts[0] }.flatMap(\.properties)
            guard let property = all.first(where: { $0.name == texts[1] }) else {
                throw BusFailure(BusErrorName.unknownProperty, "there is no property \(texts[0]).\(texts[1])")
            }
            return [.variant(await property.read())]
        case ("GetAll", "s"):
            var values: [(String, BusValue)] = []
            for property in interfaces.filter({ texts[0].isEmpty || $0.name == texts[0] }).flatMap(\.properties) {
                values.append((property.name, await property.read()))
            }
            return [.properties(values)]
        case ("Set", "ssv"):
            throw BusFailure(BusErrorName.readOnlyProperty, "\(texts[1]) cannot be set")
        default:
            throw BusFailure(BusErrorName.unknownMethod, "Properties has no such method with such arguments")
        }
    }
}

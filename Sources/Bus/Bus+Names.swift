// SPDX-License-Identifier: GPL-3.0-or-later

extension Bus {
    /// The owner of a well-known name: its unique name (nil for none) as soon as the bus has said so, then every change;
    /// nil too when the bus goes away. Keeps the newest 16.
    package func owners(of name: String) -> AsyncStream<String?> {
        let (stream, continuation) = AsyncStream.makeStream(of: String?.self, bufferingPolicy: .bufferingNewest(16))
        guard engine.state != .closed else {
            continuation.finish()
            return stream
        }
        let number = engine.nextNumber()
        engine.watchOwner(of: name)
        engine.names.addReader(number, of: name, continuation)
        whenEnded(continuation) { $0.names.removeReader(number, of: name) }
        return stream
    }

    /// Takes a well-known name, and takes it again after every reconnect. Throws `.remote` when policy forbids it or
    /// somebody else owns it (`BusErrorName.failed`), `.invalid`: the name is then forgotten. Throws `.disconnected` when
    /// the bus is away, and `.timedOut`: the name is then taken as soon as the bus is back.
    package func requestName(_ name: String) async throws(BusError) {
        engine.ownNames.insert(name)
        let answer: Result<Void, BusError> = await withCheckedContinuation { continuation in
            engine.claim(name) { continuation.resume(returning: $0) }
        }
        switch answer {
        case .success, .failure(.disconnected), .failure(.timedOut): break
        case .failure: engine.ownNames.remove(name)
        }
        try answer.get()
    }

    /// Gives a well-known name back.
    package func releaseName(_ name: String) async throws(BusError) {
        engine.ownNames.remove(name)
        let message = try BusItself.call("ReleaseName", [.string(name)])
        _ = try await send(message, member: "ReleaseName", .seconds(25))
    }

    /// Who is behind a unique name.
    package func credentials(
        of uniqueName: String, timeout: Duration = .seconds(5)
    ) async throws(BusError) -> BusCredentials {
        let message = try BusItself.call("GetConnectionCredentials", [.string(uniqueName)])
        let values = try await send(message, member: "GetConnectionCredentials", timeout)
        guard let bag = values.first, let user = bag["UnixUserID"]?.integer.flatMap({ UInt32(exactly: $0) }) else {
            throw .unexpectedReply("the bus does not say whose connection \(uniqueName) is")
        }
        let groups = bag["UnixGroupIDs"]?.elements?.compactMap { $0.integer.flatMap { UInt32(exactly: $0) } }
        let process = bag["ProcessID"]?.integer.flatMap { UInt32(exactly: $0) }
        return BusCredentials(userID: user, groupIDs: groups, processID: process)
    }
}

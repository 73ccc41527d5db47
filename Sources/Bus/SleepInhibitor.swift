// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ
internal import Glibc

/// A delay of the machine's next suspend: for as long as it is kept, and at most for what logind allows (5 s unless
/// configured), the machine does not fall asleep.
package final class SleepInhibitor: Sendable {
    private let descriptor: Int32

    init?(descriptor: Int32) {
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

extension Bus {
    /// Asks logind to wait for us before the machine is suspended (org.freedesktop.login1.Manager.Inhibit). Throws what
    /// `call` throws; `.unexpectedReply` when logind hands nothing over.
    package func inhibitSleep(
        who: String, why: String, timeout: Duration = .seconds(10)
    ) async throws(BusError) -> SleepInhibitor {
        let message = try Message(
            destination: "org.freedesktop.login1", path: "/org/freedesktop/login1",
            interface: "org.freedesktop.login1.Manager", member: "Inhibit",
            arguments: [.string("sleep"), .string(who), .string(why), .string("delay")])
        var inhibitor: SleepInhibitor?
        _ = try await send(message, member: "Inhibit", timeout) { answer in
            inhibitor = unsafe SleepInhibitor(descriptor: bz_message_descriptor(answer.raw))
        }
        guard let inhibitor else { throw .unexpectedReply("Inhibit of logind hands no file descriptor over") }
        return inhibitor
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import Testing

@testable import Control

@Suite struct ControlErrorTests {
    @Test func `a name without an owner means that the daemon does not run`() {
        for name in ["ServiceUnknown", "NameHasNoOwner", "Spawn.ServiceNotFound"] {
            let error = BusError.remote(name: "org.freedesktop.DBus.Error." + name, message: "no")
            #expect(ControlError(error) == .notRunning)
        }
    }

    @Test func `a refusal survives the bus`() {
        for (refusal, error) in [
            (ControlRefusal.bluetoothUnusable("off"), ControlError.bluetoothUnusable("off")),
            (.failed("the disk is full"), .failed("the disk is full")),
        ] {
            let failure = refusal.failure
            #expect(ControlError(.remote(name: failure.name, message: failure.message)) == error)
        }
    }

    @Test func `denied access is told apart`() {
        #expect(ControlError(.remote(name: BusErrorName.accessDenied, message: "no")) == .notPermitted("no"))
    }

    @Test func `no bus, no answer and a strange answer are told apart`() {
        #expect(ControlError(.disconnected) == .busUnreachable)
        #expect(ControlError(.timedOut(member: "Match")) == .noAnswer(method: "Match"))
        #expect(ControlError(.unexpectedReply("s")) == .unexpected("s"))
    }
}

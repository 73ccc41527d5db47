// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import AuthorityServer

/// Another clock than the system's: demonstrations and tests make days pass in minutes, on devices of the simulated air.
struct ClockOptions: ParsableArguments {
    @Option(help: .hidden)
    var clockSpeed: UInt16 = 1

    @Option(help: .hidden)
    var clockStart: UInt32 = 0

    @Option(help: .hidden)
    var clockOrigin: UInt32 = 0

    func validate() throws {
        guard (1...3600).contains(clockSpeed) else { throw ValidationError("--clock-speed is 1 to 3600") }
    }

    var isSystem: Bool { clockSpeed == 1 && clockStart == clockOrigin }
    var clock: ServerClock {
        isSystem ? ServerClock() : ServerClock(speed: clockSpeed, start: clockStart, origin: clockOrigin)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import ArgumentParser
internal import Control

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Go off the air and stop listening, for a time or until resume.",
        discussion: """
            Examples:
              bluezonectl pause 30m
              bluezonectl pause 1h30m
              bluezonectl pause

            \(ExitStatus.help)
            """)

    @Argument(help: "How long: a number with s, m, h or d, or several in a row. Without it: until resume.")
    var length: PauseLength?

    func run() async throws {
        let seconds = length?.seconds ?? 0
        try await Daemon.with { try await $0.pause(seconds: seconds) }
        print(
            seconds == 0
                ? "Bluezone is paused. Resume it with: bluezonectl resume"
                : "Bluezone is paused for \(Quantity.length(Int64(seconds), in: Style())), then goes on by itself.")
    }
}

/// A length of time as people write it: `90s`, `30m`, `4h`, `1d`, `1h30m`; a number alone is seconds.
struct PauseLength: Equatable, ExpressibleByArgument {
    /// At least 1.
    let seconds: UInt32

    init?(argument: String) {
        var total: UInt64 = 0
        var number = ""
        for letter in argument + (argument.last?.isASCIIDigit == true ? "s" : "") {
            if letter.isASCIIDigit {
                number.append(letter)
                continue
            }
            guard let value = UInt64(number), let unit = PauseLength.units[letter] else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: unit)
            guard !overflow, product <= UInt32.max else { return nil }
            total += product
            guard total <= UInt32.max else { return nil }
            number = ""
        }
        guard total > 0, number.isEmpty else { return nil }
        seconds = UInt32(total)
    }

    private static let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

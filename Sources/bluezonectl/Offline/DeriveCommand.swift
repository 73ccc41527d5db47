// SPDX-License-Identifier: GPL-3.0-or-later

public import ArgumentParser
public import Beacon

extension BeaconFormat: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }
    public static var allValueStrings: [String] { allCases.map(\.description) }
}

extension UTCDay: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

struct DeriveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "derive",
        abstract: "Derive the identifiers of a day from a daily key.",
        discussion: """
            Examples:
              bluezonectl derive --format bluezone --day 2026-03-02 --key \\
                000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
              bluezonectl derive --format exposure-notification --day 2026-03-02 --slots 6 --json --key \\
                75c734c6dd1a782de7a965da5eb93125

            \(ExitStatus.help)
            """)

    @Option(help: "bluezone or exposure-notification.")
    var format: BeaconFormat

    @Option(help: ArgumentHelp("The daily key: 64 (bluezone) or 32 hexadecimal digits.", valueName: "hex"))
    var key: String

    @Option(help: ArgumentHelp("The UTC day the key belongs to.", valueName: "YYYY-MM-DD"))
    var day: UTCDay

    @Option(help: ArgumentHelp("How many identifiers; all of the day's when not given.", valueName: "number"))
    var slots: Int?

    @Flag(help: "Print JSON for programs instead of text for people.")
    var json = false

    /// More than the day has make sense for Bluezone alone, whose server may cut the day into more slots.
    private var mostSlots: Int { format == .bluezone ? 1440 : format.slotsPerDay }

    func validate() throws {
        _ = try dailyKey()
        guard let slots, !(1...mostSlots).contains(slots) else { return }
        throw ValidationError("--slots is \(slots); \(format) allows 1 to \(mostSlots)")
    }

    func run() throws { print(try result()) }

    /// What is printed, without the line break at its end.
    func result() throws -> String {
        let key = try dailyKey()
        return json ? DeriveCommand.json(key, day, slots).text : DeriveCommand.text(key, day, slots)
    }

    private func dailyKey() throws -> DailyKey {
        guard let key = [UInt8](hex: key).flatMap({ DailyKey(format: format, bytes: $0) }) else {
            throw ValidationError("--key must be \(2 * format.keyLength) hexadecimal digits for \(format)")
        }
        return key
    }

    /// The identifiers for programs, with both derived keys of Exposure Notification.
    private static func json(_ key: DailyKey, _ day: UTCDay, _ slots: Int?) -> JSON {
        let identifiers = key.identifiers(firstInterval: day.firstInterval, slots: slots)
        var members: [JSON.Member] = [
            .init("format", .string(key.format.description)), .init("day", .string(day.description)),
        ]
        if key.format == .exposureNotification {
            let derivation = ExposureNotificationDerivation(key: key.bytes)
            members.append(.init("rpik", .string(derivation.identifierKey.hex)))
            members.append(.init("aemk", .string(derivation.metadataKey.hex)))
        }
        members.append(.init("identifiers", .array(identifiers.map { .string($0.hex) })))
        return .object(members)
    }

    /// One identifier a line, each after its slot's number from 0.
    private static func text(_ key: DailyKey, _ day: UTCDay, _ slots: Int?) -> String {
        key.identifiers(firstInterval: day.firstInterval, slots: slots).enumerated().map { slot, identifier in
            let number = String(slot)
            return String(repeating: " ", count: max(0, 4 - number.count)) + number + "  " + identifier.hex
        }.joined(separator: "\n")
    }
}

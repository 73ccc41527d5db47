// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform
internal import Publishing
internal import Settings

/// When to send a fake publication.
enum Chaff {
    /// One of so many runs of the hourly timer: about one a week.
    private static let oneOf = 168

    static func isWanted(_ choice: ChaffChoice, isOnMains: @autoclosure () -> Bool) -> Bool {
        switch choice {
        case .yes: true
        case .no: false
        case .automatic: isOnMains()
        }
    }

    /// By the system's random source, so that nobody can tell from one when the next will be.
    static func isDue() -> Bool {
        var random = SystemRandomNumberGenerator()
        return Int.random(in: 0..<oneOf, using: &random) == 0
    }
}

/// A fake publication. It does to the network and to the disk what a real one does, also where something fails: then it goes on
/// with the next runs of the timer until it is done or a week is over.
struct ChaffRun {
    let client: AuthorityClient
    let folder: PublishFolder
    let begun: Timestamp

    func carryOn() throws(SystemError) {
        try folder.storeFake(begun: begun)
        var isOver = true
        for step in AuthorityClient.Step.allCases {
            let trouble = client.fake(step)
            if trouble != nil { isOver = false }
            if step != .publish || trouble != nil { try folder.storeFake(begun: begun) }
            if trouble?.word == PublishTrouble.network { break }
        }
        if isOver { try folder.dropFake() }
    }
}

/// Where the machine's power comes from, as the kernel says.
enum MainsPower {
    static var isOn: Bool { isOn(by: "/sys/class/power_supply") }

    /// True when a supply other than a battery is online, and where there is no battery at all; a battery that belongs to a
    /// mouse (`scope` Device) is none.
    static func isOn(by folder: String) -> Bool {
        var hasBattery = false
        for name in (try? Folder.names(in: folder)) ?? [] {
            func value(_ file: String) -> String {
                let text = (try? Folder.text(of: "\(folder)/\(name)/\(file)")) ?? ""
                return String(text.prefix { $0 != "\n" })
            }
            if value("scope") == "Device" { continue }
            if value("type") == "Battery" {
                hasBattery = true
            } else if value("online") == "1" {
                return true
            }
        }
        return !hasBattery
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Bus
import Testing

@testable import Control

@Suite struct PublishableKeysTests {
    static let key = HandedOutKey(day: UTCDay(number: 20_777), key: .random(.exposureNotification), slots: 73..<144)

    @Test func `what could be published survives the bus and holds no bytes`() throws {
        for days in FakeStation.days {
            #expect(try PublishableKeys(days.value) == days)
            #expect(days.value.entries?.compactMap(\.key.text) == ["Day", "Format", "Keys", "InUse"])
        }
    }

    @Test func `a key that is handed out survives the bus`() throws {
        #expect(try HandedOutKey(Self.key.value) == Self.key)
    }

    @Test(arguments: ["Day", "Format", "Key", "FirstSlot", "LastSlot"])
    func `an entry that is missing or wrong is refused, without the key in the words`(name: String) {
        let entries = Self.key.value.entries ?? []
        let without = BusValue.dictionary(key: "s", value: "v", entries.filter { $0.key.text != name })
        let wrong = BusValue.dictionary(
            key: "s", value: "v",
            entries.map { $0.key.text == name ? BusEntry($0.key, .variant(.uint32(144))) : $0 })
        for value in [without, wrong] {
            let error = #expect(throws: ControlError.self) { try HandedOutKey(value) }
            #expect(error?.description.contains(Self.key.key.bytes.hex) == false)
        }
    }
}

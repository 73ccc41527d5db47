// SPDX-License-Identifier: GPL-3.0-or-later

import Bus
import Testing

@testable import Radio

struct AdapterTrackerTests {
    /// The objects of bluetoothd: one adapter for each name, with these properties.
    func objects(_ adapters: KeyValuePairs<String, [(String, BusValue)]>, canAdvertise: Bool = true) -> BusValue {
        .dictionary(
            key: "o", value: "a{sa{sv}}",
            adapters.map { name, properties in
                BusEntry(.objectPath("/org/bluez/\(name)"), interfaces(properties, canAdvertise: canAdvertise))
            })
    }

    func interfaces(_ properties: [(String, BusValue)], canAdvertise: Bool = true) -> BusValue {
        var entries = [BusEntry(.string(AdapterTracker.adapterInterface), .properties(properties))]
        if canAdvertise { entries.append(BusEntry(.string(AdapterTracker.managerInterface), .properties([]))) }
        return .dictionary(key: "s", value: "a{sv}", entries)
    }

    func tracker(wanted: String? = nil, _ objects: BusValue? = nil) -> AdapterTracker {
        var tracker = AdapterTracker(wanted: wanted)
        tracker.hasBus = true
        tracker.owner = ":1.1"
        if let objects { tracker.replace(objects) }
        return tracker
    }

    func state(_ tracker: AdapterTracker) -> RadioState { tracker.state { _ in false } }

    static let on: [(String, BusValue)] = [("Powered", .bool(true))]
    static let off: [(String, BusValue)] = [("Powered", .bool(false))]

    @Test func `each thing that is missing has its state`() {
        var tracker = AdapterTracker(wanted: nil)
        #expect(state(tracker) == .noBus)
        tracker.hasBus = true
        #expect(state(tracker) == .noDaemon)
        tracker.owner = ":1.1"
        #expect(state(tracker) == .noAdapter)
        tracker.replace(objects(["hci0": Self.on], canAdvertise: false))
        #expect(state(tracker) == .noAdapter)
        tracker.add("/org/bluez/hci0", interfaces([]))
        #expect(state(tracker) == .off)
        _ = tracker.change("/org/bluez/hci0", .properties(Self.on))
        #expect(state(tracker) == .ready && tracker.name == "hci0")
    }

    @Test func `nothing is sure before it was answered`() {
        var tracker = AdapterTracker(wanted: nil)
        #expect(tracker.isSure, "that there is no bus")
        tracker.hasBus = true
        #expect(!tracker.isSure, "nobody has said who owns bluetoothd's name")
        tracker.owner = nil
        #expect(tracker.isSure)
        tracker.owner = ":1.1"
        #expect(!tracker.isSure, "it has not told its adapters")
        var silent = tracker
        silent.giveUp()
        #expect(silent.isSure)
        tracker.replace(objects([:]))
        #expect(tracker.isSure)
        tracker.hasBus = false
        #expect(tracker.owner == nil)
        tracker.hasBus = true
        #expect(!tracker.isSure, "another bus may know more")
    }

    @Test func `a controller without secondary channels has no advertising sets`() {
        for (channels, hasSets) in [(["1M", "2M"], true), ([], false), (nil, false)] as [([String]?, Bool)] {
            let told = channels.map { [("SupportedSecondaryChannels", BusValue.strings($0))] } ?? []
            let manager = BusValue.properties(told)
            var tracker = tracker(objects(["hci0": Self.on]))
            tracker.add(
                "/org/bluez/hci0",
                .dictionary(
                    key: "s", value: "a{sv}", [BusEntry(.string(AdapterTracker.managerInterface), manager)]))
            #expect(tracker.adapter?.hasAdvertisingSets == hasSets)
            tracker.add("/org/bluez/hci0", interfaces(Self.on, canAdvertise: false))
            #expect(tracker.adapter?.hasAdvertisingSets == hasSets, "the adapter's own interface says nothing of it")
        }
    }

    @Test func `each word of an adapter is a change, whether it is known or not, and one of a device is none`() {
        var tracker = AdapterTracker(wanted: nil)
        _ = tracker.change("/org/bluez/hci0", .properties(Self.on))
        #expect(tracker.changes == 1)
        tracker.add("/org/bluez/hci0", interfaces(Self.on))
        #expect(tracker.changes == 2)
        tracker.add("/org/bluez/hci0/dev_00", .dictionary(key: "s", value: "a{sv}", []))
        tracker.remove("/org/bluez/hci0/dev_00", ["org.bluez.Device1"])
        #expect(tracker.changes == 2)
        tracker.remove("/org/bluez/hci0", [AdapterTracker.adapterInterface])
        #expect(tracker.changes == 3)
    }

    @Test func `of several adapters the first that is on is used, and kept while it is`() {
        var tracker = tracker(objects(["hci0": Self.off, "hci2": Self.on, "hci1": Self.on]))
        #expect(tracker.name == "hci1")
        _ = tracker.change("/org/bluez/hci0", .properties(Self.on))
        #expect(tracker.name == "hci1")
        _ = tracker.change("/org/bluez/hci1", .properties(Self.off))
        #expect(tracker.name == "hci0")
        tracker.remove("/org/bluez/hci0", [AdapterTracker.adapterInterface])
        #expect(tracker.name == "hci2")
    }

    @Test func `after a restart of bluetoothd the adapter used before is used again`() {
        var tracker = tracker(objects(["hci0": Self.on, "hci1": Self.on]))
        #expect(tracker.name == "hci0")
        tracker.owner = ":1.2"
        tracker.replace(objects(["hci0": Self.off, "hci1": Self.on]))
        #expect(tracker.name == "hci1")
        _ = tracker.change("/org/bluez/hci0", .properties(Self.on))
        #expect(tracker.name == "hci0")
    }

    @Test func `the adapter used first is come back to, wherever the work went meanwhile`() {
        var tracker = tracker(objects(["hci0": Self.off, "hci1": Self.on]))
        #expect(tracker.name == "hci1")
        _ = tracker.change("/org/bluez/hci0", .properties(Self.on))
        tracker.remove("/org/bluez/hci1", [AdapterTracker.adapterInterface])
        #expect(tracker.name == "hci0")
        tracker.add("/org/bluez/hci1", interfaces(Self.off, canAdvertise: false))
        tracker.add("/org/bluez/hci1", interfaces([], canAdvertise: true))
        #expect(tracker.name == "hci0")
        let isPoweredAnew = tracker.change("/org/bluez/hci1", .properties(Self.on))
        #expect(tracker.name == "hci1" && !isPoweredAnew)
    }

    @Test func `the adapter asked for is used whether it is on or off, and no other is`() {
        #expect(tracker(wanted: "hci0", objects(["hci0": Self.off, "hci1": Self.on])).name == "hci0")
        #expect(tracker(wanted: "hci7", objects(["hci0": Self.off, "hci1": Self.on])).name == nil)
    }

    @Test func `only a word of the adapter in use that it is powered counts as powered anew`() {
        var tracker = tracker(objects(["hci0": Self.on, "hci1": Self.on]))
        let words: [(String, BusValue)] = [
            ("hci0", .properties(Self.on)), ("hci0", .properties(["Discovering": .bool(true)])),
            ("hci1", .properties(Self.on)), ("hci9", .properties(Self.on)),
        ]
        let answers = words.map { name, properties in tracker.change("/org/bluez/\(name)", properties) }
        #expect(answers == [true, false, false, false])
    }

    @Test func `an old bluetoothd's word off is completed by the kernel's`() {
        let tracker = tracker(objects(["hci0": Self.off]))
        #expect(tracker.state { $0 == "hci0" } == .blocked)
        #expect(
            self.tracker(objects(["hci0": Self.off + [("PowerState", .string("off"))]])).state { _ in true } == .off)
    }

    @Test func `a new owner's adapters are not the old one's`() {
        var tracker = tracker(objects(["hci0": Self.on]))
        tracker.owner = ":1.2"
        #expect(state(tracker) == .noAdapter)
    }

    @Test(arguments: [
        BusValue.string("x"), .properties(["org.bluez.Adapter1": .uint32(1)]), .structure([.bool(true)]),
        .dictionary(key: "s", value: "a{sv}", []), .properties(["Powered": .string("yes")]),
    ])
    func `nonsense changes nothing and hurts nobody`(nonsense: BusValue) {
        var tracker = tracker(objects(["hci0": Self.on]))
        tracker.add("", nonsense)
        tracker.add("/org/bluez/hci0", nonsense)
        let isPoweredAnew = tracker.change("/org/bluez/hci0", nonsense)
        #expect(!isPoweredAnew)
        tracker.remove("", [])
        #expect(state(tracker) == .ready)
        tracker.replace(nonsense)
        #expect(state(tracker) == .noAdapter)
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Bus
internal import Platform

/// What bluetoothd says of its adapters, and what that makes of the one we use. A value: signals go in, a state comes
/// out (bluez-facts: NoBus -> NoDaemon -> NoAdapter -> Off/Blocked -> Exposed -> Ready).
struct AdapterTracker {
    static let adapterInterface = "org.bluez.Adapter1"
    static let managerInterface = "org.bluez.LEAdvertisingManager1"
    static let monitorInterface = "org.bluez.AdvertisementMonitorManager1"

    struct Adapter: Equatable {
        var isPowered = false
        /// PowerState, which bluetoothd tells since 5.73: `off-blocked` is rfkill.
        var powerState: String?
        /// Whether anybody scans, us or another program.
        var isDiscovering = false
        /// Whether LEAdvertisingManager1 has appeared; it may come after Adapter1.
        var canAdvertise = false
        /// Whether each advert has an address of its own (extended advertising). A controller without shows one at a time,
        /// under one address for everything; bluetoothd tells no secondary channels of it (5.66 and 5.82, in the guest).
        var hasAdvertisingSets = false
        /// How many advertisements bluetoothd has room for, those that programs have there included: their numbers are 1 to
        /// this.
        var capacity = 0
        /// Who looks for an advertisement monitor's patterns; nil where bluetoothd offers none (before it is told to be
        /// experimental, bluez-facts 9.4).
        var monitors: Monitors?
        /// Whether Adapter1 has a Version, the controller's: it came with BlueZ 5.71.
        var tellsVersion = false

        /// Why a monitor would tell of some beacons only; nil where it tells of all, or where there is none. From 5.69 on
        /// bluetoothd compares patterns neither with lists of UUIDs nor with the UUID of service data, and nothing else in
        /// Exposure Notification of an Android phone, or of ours, is always the same (docs/decisions/0008-scanning.md). Not
        /// known of 5.69 and 5.70, which tell nothing that older ones do not.
        var monitorGap: String? {
            guard monitors == .inSoftware, tellsVersion else { return nil }
            return "the advertisement monitors of BlueZ 5.69 and newer do not find Exposure Notification"
        }
    }

    /// Where patterns are compared.
    enum Monitors: Equatable {
        /// In bluetoothd: the controller reports every packet.
        case inSoftware
        /// In the controller, which then reports what it likes.
        case inController
    }

    /// `hci0`, or nil for whichever is best.
    let wanted: String?
    /// A bus that is gone takes bluetoothd with it.
    var hasBus = false {
        didSet { if !hasBus { (owner, isOwnerKnown) = (nil, false) } }
    }
    /// The unique name of org.bluez's owner; nil for none.
    var owner: String? {
        didSet {
            if hasBus || owner != nil { isOwnerKnown = true }
            if owner != oldValue { (adapters, areAdaptersKnown) = ([:], false) }
            guard let owner, owner != lastOwner else { return }
            (lastOwner, visibilities) = (owner, [:])
        }
    }
    private(set) var adapters: [String: Adapter] = [:]
    /// Whether this bus has said who owns org.bluez, and whether that one has told its adapters, or would not.
    private var isOwnerKnown = false
    private var areAdaptersKnown = false
    /// The owner that is there, or was there last.
    private var lastOwner: String?
    /// Of each of its adapters, by path. Outlives a bus that was away: what an old bluetoothd does not tell, it does not
    /// tell when asked again either.
    private var visibilities: [String: AdapterVisibility] = [:]
    /// How often a signal has told of an adapter. An answer that was under way meanwhile may be older than what it told.
    private(set) var changes = 0
    private var current: String?
    /// The first adapter that was on: the one to come back to when bluetoothd or the adapter itself was away.
    private var home: String?

    init(wanted: String?) { self.wanted = wanted }

    /// The object path of the adapter in use; nil for none.
    var path: String? { current.flatMap { adapters[$0] == nil ? nil : $0 } }

    /// The name of the adapter in use, `hci0`.
    var name: String? { path.map(Self.name) }

    var adapter: Adapter? { path.flatMap { adapters[$0] } }

    /// Whether the state is more than that nobody has answered yet.
    var isSure: Bool { !hasBus || (owner == nil ? isOwnerKnown : areAdaptersKnown || path != nil) }

    /// The state; `isBlocked` says of an adapter that is off whether rfkill did it, where bluetoothd does not.
    func state(isBlocked: (String) -> Bool) -> RadioState {
        guard hasBus else { return .noBus }
        guard owner != nil else { return .noDaemon }
        guard let adapter, let name, adapter.canAdvertise else { return .noAdapter }
        guard adapter.isPowered else {
            let isBlocked = adapter.powerState.map { $0 == "off-blocked" } ?? isBlocked(name)
            return isBlocked ? .blocked : .off
        }
        return path.flatMap { visibilities[$0] }?.isExposed == true ? .exposed : .ready
    }

    /// Takes over all objects of an answer to GetManagedObjects.
    mutating func replace(_ objects: BusValue) {
        (adapters, areAdaptersKnown) = ([:], true)
        for object in objects.entries ?? [] {
            if let path = object.key.text { learn(path, object.value) }
        }
        visibilities = visibilities.filter { adapters[$0.key] != nil }
        choose()
    }

    /// bluetoothd does not tell its adapters.
    mutating func giveUp() { areAdaptersKnown = true }

    /// InterfacesAdded.
    mutating func add(_ path: String, _ interfaces: BusValue) {
        learn(path, interfaces)
        if adapters[path] != nil { changes += 1 }
        choose()
    }

    private mutating func learn(_ path: String, _ interfaces: BusValue) {
        if let properties = interfaces[Self.adapterInterface], properties.entries != nil {
            let known = adapters[path]
            adapters[path] = Adapter(
                canAdvertise: known?.canAdvertise ?? false, hasAdvertisingSets: known?.hasAdvertisingSets ?? false,
                capacity: known?.capacity ?? 0, monitors: known?.monitors)
            update(path, properties, at: nil)
        }
        if let manager = interfaces[Self.managerInterface] {
            adapters[path, default: Adapter()].canAdvertise = true
            let channels = manager["SupportedSecondaryChannels"]?.elements ?? []
            adapters[path, default: Adapter()].hasAdvertisingSets = !channels.isEmpty
            // Bytes both: SupportedInstances are those still free.
            let counts = ["SupportedInstances", "ActiveInstances"].map { UInt8(clamping: manager[$0]?.integer ?? 0) }
            adapters[path, default: Adapter()].capacity = counts.reduce(0) { $0 + Int($1) }
        }
        if let manager = interfaces[Self.monitorInterface] {
            let features = manager["SupportedFeatures"]?.elements?.compactMap(\.text) ?? []
            adapters[path, default: Adapter()].monitors =
                features.contains("controller-patterns") ? .inController : .inSoftware
        }
    }

    /// InterfacesRemoved.
    mutating func remove(_ path: String, _ interfaces: [String]) {
        if interfaces.contains(Self.adapterInterface) || adapters[path] != nil { changes += 1 }
        if interfaces.contains(Self.managerInterface) { adapters[path]?.canAdvertise = false }
        if interfaces.contains(Self.monitorInterface) { adapters[path]?.monitors = nil }
        if interfaces.contains(Self.adapterInterface) { (adapters[path], visibilities[path]) = (nil, nil) }
        choose()
    }

    /// PropertiesChanged of Adapter1, at `now` on the clock of `KernelClock.awake`. True when the adapter in use says that
    /// it is powered, changed or not: what was on the air may then be gone without any other word (bluez-facts 9.7).
    mutating func change(_ path: String, _ properties: BusValue, at now: Duration = KernelClock.awake) -> Bool {
        changes += 1
        guard adapters[path] != nil else { return false }
        update(path, properties, at: now)
        let before = current
        choose()
        return before == path && current == path && properties["Powered"]?.bool == true
    }

    private mutating func update(_ path: String, _ properties: BusValue, at moment: Duration?) {
        var adapter = adapters[path] ?? Adapter()
        adapter.isPowered = properties["Powered"]?.bool ?? adapter.isPowered
        adapter.powerState = properties["PowerState"]?.text ?? adapter.powerState
        adapter.isDiscovering = properties["Discovering"]?.bool ?? adapter.isDiscovering
        adapter.tellsVersion = adapter.tellsVersion || properties["Version"] != nil
        adapters[path] = adapter
        visibilities[path, default: AdapterVisibility()].learn(properties, isPowered: adapter.isPowered, at: moment)
    }

    /// The adapter asked for; without a wish the one first used whenever it is on, else the one in use while it is on, else
    /// the first that is on, else the first.
    private mutating func choose() {
        let usable = adapters.filter { $0.value.canAdvertise && Self.name($0.key) == (wanted ?? Self.name($0.key)) }
        defer { if home == nil, let current, usable[current]?.isPowered == true { home = current } }
        if let home, usable[home]?.isPowered == true {
            current = home
            return
        }
        if let current, let adapter = usable[current], adapter.isPowered || wanted != nil { return }
        let paths = usable.keys.sorted()
        current =
            paths.first { usable[$0]?.isPowered == true } ?? current.flatMap { usable[$0] == nil ? nil : $0 }
            ?? paths.first
    }

    private static func name(_ path: String) -> String {
        String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import Bus

/// A small bluetoothd with one adapter, or a second one that shares the first one's slots: it reads the advertisements that are registered, tells them the transmit power,
/// releases them, goes off and comes back, answers with errors, and writes down what it was asked in which order.
actor FakeBluetoothd {
    static let adapter = "/org/bluez/hci0"
    static let second = "/org/bluez/hci1"

    struct Advertisement: Sendable {
        var path: String
        var sender: String
        var properties: BusValue
    }

    let address: String
    var bus: Bus?
    private var serving: Task<Void, Never>?
    /// `Filter`, `Start`, `Stop`, `Register`, `Unregister`, in the order asked.
    private(set) var log: [String] = []
    /// Every path ever registered.
    private(set) var paths: [String] = []
    private(set) var active: [Advertisement] = []
    private(set) var isDiscovering = false
    var properties: [String: BusValue] = ["Powered": .bool(true), "Discoverable": .bool(false)]
    /// Errors to answer the next calls of a member with.
    private var errors: [String: [BusFailure]] = [:]
    private var slots = 5
    /// Registrations under way: they have their slots.
    private var registering = 0
    private var power: Int16? = 7
    /// Whether calls of these members are never answered.
    private var mute: Set<String> = []

    init(address: String) { self.address = address }

    func clearLog() { log = [] }
    func fail(_ member: String, with names: [String]) {
        errors[member, default: []] += names.map { BusFailure($0, "as the test says") }
    }
    func setSlots(_ count: Int) { slots = count }
    func refuseObjects(_ isRefused: Bool) { refusesObjects = isRefused }
    func ignore(_ members: Set<String>) { mute = members }

    /// Whether the controller does extended advertising.
    var hasAdvertisingSets = true
    var isScannedByOthers = false
    /// Whether there is AdvertisementMonitorManager1.
    var hasMonitors = false
    /// Who has a monitor registered.
    var monitor: (sender: String, root: String)?

    /// Devices that are known before anybody asks.
    var devices: [BusEntry] = []

    /// Whether GetManagedObjects fails.
    private var refusesObjects = false

    var iPhone: FakeIPhone?
    func put(_ iPhone: FakeIPhone) { self.iPhone = iPhone }
    /// Whoever registered a GATT application.
    var application: String?

    /// Takes the name and serves; returns when org.bluez is there.
    func start() async throws {
        let bus = Bus(address: address)
        self.bus = bus
        (active, isDiscovering) = ([], false)
        try await bus.waitUntilConnected()
        serving = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await bus.serve([await self.objectManager()], at: "/") }
                group.addTask { await bus.serve([FakeIPhone.device(of: self)], at: FakeIPhone.path) }
                group.addTask { await bus.serve([FakeIPhone.reading(of: self)], at: FakeIPhone.characteristic) }
                for adapter in [Self.adapter, Self.second] {
                    group.addTask {
                        let interfaces = [await self.adapterInterface(), await self.manager()]
                        let others = [FakeApplication.manager(of: self)] + (await self.monitorManager())
                        await bus.serve(interfaces + others, at: adapter)
                    }
                }
            }
        }
        try await bus.requestName("org.bluez")
    }

    /// Vanishes without a word, as after SIGKILL.
    func stop() async {
        serving?.cancel()
        await bus?.close()
        bus = nil
    }

    /// Changes properties of the adapter and tells so; `silently` leaves the registrations as they are.
    func set(_ changes: [String: BusValue]) async throws {
        properties.merge(changes) { $1 }
        if changes["Powered"] == .bool(false) { isDiscovering = false }
        try await bus?.emitPropertiesChanged(
            path: Self.adapter, interface: "org.bluez.Adapter1", changed: changes.map { ($0.key, $0.value) })
    }

    /// Other programs leave this many slots, and bluetoothd says so.
    func leaveSlots(_ count: UInt8) async throws {
        slots = Int(count)
        try await bus?.emitPropertiesChanged(
            path: Self.adapter, interface: "org.bluez.LEAdvertisingManager1",
            changed: [("SupportedInstances", .byte(count))])
    }

    func release(_ advertisement: Advertisement) async throws {
        active.removeAll { $0.path == advertisement.path }
        _ = try await call(advertisement, "org.bluez.LEAdvertisement1", "Release", [])
    }

    /// The adapter is pulled out or put in.
    func plug(_ isIn: Bool) async throws {
        let interfaces = ["org.bluez.Adapter1", "org.bluez.LEAdvertisingManager1"]
        active = []
        try await emit(
            isIn ? "InterfacesAdded" : "InterfacesRemoved",
            [.objectPath(Self.adapter), isIn ? objects() : .strings(interfaces)])
    }

    func emit(_ member: String, _ arguments: [BusValue]) async throws {
        try await bus?.emit(
            path: "/", interface: "org.freedesktop.DBus.ObjectManager", member: member, arguments: arguments)
    }

    private func call(
        _ advertisement: Advertisement, _ interface: String, _ member: String, _ arguments: [BusValue]
    ) async throws(BusError) -> [BusValue] {
        try await call(advertisement.sender, advertisement.path, interface, member, arguments)
    }

    func call(
        _ destination: String, _ path: String, _ interface: String, _ member: String, _ arguments: [BusValue]
    ) async throws(BusError) -> [BusValue] {
        guard let bus else { throw .disconnected }
        return try await bus.call(
            destination: destination, path: path, interface: interface, member: member, arguments: arguments)
    }

    func objects() -> BusValue {
        let channels = hasAdvertisingSets ? [("SupportedSecondaryChannels", BusValue.strings(["1M"]))] : []
        let manager = BusValue.properties([("SupportedInstances", .byte(5))] + channels)
        return .dictionary(
            key: "s", value: "a{sv}",
            [
                BusEntry(.string("org.bluez.Adapter1"), .properties(properties.map { ($0.key, $0.value) })),
                BusEntry(.string("org.bluez.LEAdvertisingManager1"), manager),
            ] + (hasMonitors ? [BusEntry(.string(Self.monitorInterface), .properties([]))] : []))
    }

    func asked(_ member: String) async throws(BusFailure) {
        log.append(member)
        if mute.contains(member) { try? await Task.sleep(for: .seconds(60)) }
        guard var queue = errors[member], !queue.isEmpty else { return }
        let error = queue.removeFirst()
        errors[member] = queue
        throw error
    }

    private func objectManager() -> BusInterface {
        BusInterface(
            "org.freedesktop.DBus.ObjectManager",
            methods: [
                BusMethod("GetManagedObjects", outputs: [BusArgument("objects", "a{oa{sa{sv}}}")]) {
                    (_) throws(BusFailure) in
                    if await self.refusesObjects { throw BusFailure("org.bluez.Error.Failed", "") }
                    let adapter = BusEntry(.objectPath(Self.adapter), await self.objects())
                    let others = (await self.devices) + (await self.iPhone?.objects ?? [])
                    return [.dictionary(key: "o", value: "a{sa{sv}}", [adapter] + others)]
                }
            ])
    }

    private func adapterInterface() -> BusInterface {
        BusInterface(
            "org.bluez.Adapter1",
            methods: [
                BusMethod("SetDiscoveryFilter", inputs: [BusArgument("filter", "a{sv}")]) {
                    (request) throws(BusFailure) in
                    try await self.asked("Filter")
                    guard request.arguments[0]["Transport"] == .string("le") else {
                        throw BusFailure("org.bluez.Error.InvalidArguments", "")
                    }
                    return []
                },
                BusMethod("RemoveDevice", inputs: [BusArgument("device", "o")]) { (request) throws(BusFailure) in
                    try await self.asked("Remove \(request.arguments[0].text?.suffix(21) ?? "")")
                    return []
                },
                BusMethod("StartDiscovery") { (_) throws(BusFailure) in try await self.discover(true) },
                BusMethod("StopDiscovery") { (_) throws(BusFailure) in try await self.discover(false) },
            ])
    }

    private func discover(_ isOn: Bool) async throws(BusFailure) -> [BusValue] {
        try await asked(isOn ? "Start" : "Stop")
        isDiscovering = isOn
        try? await set(["Discovering": .bool(isOn || isScannedByOthers)])
        return []
    }

    private func manager() -> BusInterface {
        let path = BusArgument("path", "o")
        return BusInterface(
            "org.bluez.LEAdvertisingManager1",
            methods: [
                BusMethod("RegisterAdvertisement", inputs: [path, BusArgument("options", "a{sv}")]) {
                    (request) throws(BusFailure) in
                    try await self.register(request.arguments[0].text ?? "", request.sender)
                },
                BusMethod("UnregisterAdvertisement", inputs: [path]) { (request) throws(BusFailure) in
                    try await self.unregister(request.arguments[0].text ?? "")
                },
            ])
    }

    private func register(_ path: String, _ sender: String) async throws(BusFailure) -> [BusValue] {
        try await asked("Register")
        guard active.count + registering < slots else {
            throw BusFailure("org.bluez.Error.NotPermitted", "Maximum advertisements reached")
        }
        registering += 1
        defer { registering -= 1 }
        guard !paths.contains(path) else { throw BusFailure("org.bluez.Error.AlreadyExists", "") }
        paths.append(path)
        var advertisement = Advertisement(path: path, sender: sender, properties: .properties([]))
        do throws(BusError) {
            advertisement.properties = try await call(
                advertisement, "org.freedesktop.DBus.Properties", "GetAll", [.string("org.bluez.LEAdvertisement1")])[0]
            if let power {
                _ = try await call(
                    advertisement, "org.freedesktop.DBus.Properties", "Set",
                    [.string("org.bluez.LEAdvertisement1"), .string("TxPower"), .variant(.int16(power))])
            }
        } catch { throw BusFailure("org.bluez.Error.Failed", error.description) }
        active.append(advertisement)
        return []
    }

    private func unregister(_ path: String) async throws(BusFailure) -> [BusValue] {
        try await asked("Unregister")
        guard active.contains(where: { $0.path == path }) else { throw BusFailure("org.bluez.Error.DoesNotExist", "") }
        active.removeAll { $0.path == path }
        return []
    }
}

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
        /// What the kernel knows it by.
        var number = 0
    }

    let address: String
    var bus: Bus?
    private var serving: Task<Void, Never>?
    /// `Filter`, `Start`, `Stop`, `Register`, `Unregister`, in the order asked.
    private(set) var log: [String] = []
    /// Every path ever registered.
    private(set) var paths: [String] = []
    var active: [Advertisement] = []
    private(set) var isDiscovering = false
    var properties: [String: BusValue] = ["Powered": .bool(true), "Discoverable": .bool(false)]
    /// Errors to answer the next calls of a member with.
    private var errors: [String: [BusFailure]] = [:]
    var slots = 5
    /// Registrations under way: they have their slots.
    private var registering = 0
    private var power: Int16? = 7
    /// After how long calls of a member are answered.
    private var delays: [String: Duration] = [:]

    init(address: String) { self.address = address }

    func clearLog() { log = [] }
    func fail(_ member: String, with names: [String]) {
        errors[member, default: []] += names.map { BusFailure($0, "as the test says") }
    }
    /// What the kernel has, and how much room it tells of.
    var kernel = KernelNumbers()
    var refresh = AdvertisementRefresh()
    func ignore(_ members: Set<String>) { delays = members.reduce(into: [:]) { $0[$1] = .seconds(60) } }
    func delay(_ member: String, _ duration: Duration?) { delays[member] = duration }

    /// Whether the controller does extended advertising.
    var hasAdvertisingSets = true
    var isScannedByOthers = false
    /// Whether there is AdvertisementMonitorManager1.
    var hasMonitors = false
    /// Who has a monitor registered.
    var monitor: (sender: String, root: String)?

    /// Devices that are known before anybody asks.
    var devices: [BusEntry] = []

    /// Whether the next GetManagedObjects answers from before the adapter was there, which a signal tells of first.
    var tellsAdapterFirst = false
    /// Whether GetManagedObjects fails.
    var refusesObjects = false

    var iPhone: FakeIPhone?
    /// Whoever registered a GATT application.
    var application: String?

    /// Takes the name and serves; returns when org.bluez is there.
    func start() async throws {
        let bus = Bus(address: address)
        self.bus = bus
        takeBackWhatIsTold()
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
        if changes["Discoverable"] != nil { beginRefresh() }
        try await bus?.emitPropertiesChanged(
            path: Self.adapter, interface: "org.bluez.Adapter1", changed: changes.map { ($0.key, $0.value) })
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

    func call(
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
        let manager = BusValue.properties([("SupportedInstances", .byte(kernel.room))] + channels)
        return .dictionary(
            key: "s", value: "a{sv}",
            [
                BusEntry(.string("org.bluez.Adapter1"), .properties(properties.map { ($0.key, $0.value) })),
                BusEntry(.string("org.bluez.LEAdvertisingManager1"), manager),
            ] + (hasMonitors ? [BusEntry(.string(Self.monitorInterface), .properties([]))] : []))
    }

    func asked(_ member: String) async throws(BusFailure) {
        log.append(member)
        if let delay = delays[member] { try? await Task.sleep(for: delay) }
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
                    return [.dictionary(key: "o", value: "a{sa{sv}}", await self.managedObjects())]
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
        var advertisement = Advertisement(path: path, sender: sender, properties: .properties([]))
        advertisement.number = try takeNumber()
        paths.append(path)
        do throws(BusError) {
            advertisement.properties = try await call(
                advertisement, "org.freedesktop.DBus.Properties", "GetAll", [.string("org.bluez.LEAdvertisement1")])[0]
            if let power {
                _ = try await call(
                    advertisement, "org.freedesktop.DBus.Properties", "Set",
                    [.string("org.bluez.LEAdvertisement1"), .string("TxPower"), .variant(.int16(power))])
            }
        } catch {
            kernel.numbers.remove(advertisement.number)
            throw BusFailure("org.bluez.Error.Failed", error.description)
        }
        send(advertisement)
        return []
    }

    private func unregister(_ path: String) async throws(BusFailure) -> [BusValue] {
        if refresh.isUnderWay { refresh.withdrawals += 1 }
        try await asked("Unregister")
        guard let gone = active.first(where: { $0.path == path }) else {
            throw BusFailure("org.bluez.Error.DoesNotExist", "")
        }
        active.removeAll { $0.path == path }
        freeNumber(gone.number)
        return []
    }
}

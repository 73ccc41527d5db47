// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Settings

struct SettingsLoadingTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func load(_ text: String) throws -> Settings {
        try Settings.load(.file(folder.write(text, to: "one.conf")))
    }

    /// The problems of a configuration without the file's folder.
    private func problems(_ text: String) throws -> [String] {
        do {
            _ = try load(text)
            return []
        } catch SettingsError.refused(let problems) {
            return problems.map { $0.description.replacing(folder.path + "/", with: "") }
        }
    }

    @Test func `with no file at all every setting has its default`() throws {
        let settings = try Settings.load(.installed(root: folder.path))
        #expect(settings.station == Settings.Station())
        #expect(settings.radio == Settings.Radio())
        #expect(settings.scan == Settings.Scan())
        #expect(settings.journal == Settings.Journal())
        #expect(settings.cases == Settings.Cases())
        #expect(settings.clock == Settings.Clock())
        #expect(settings.bus == Settings.Bus())
        #expect(settings.sync == Settings.Sync())
        #expect(settings.publish == Settings.Publish())
        #expect(settings.entries.count == SettingsDefinition.all.count)
        #expect(settings.entries.allSatisfy { $0.origin == .standard })
    }

    @Test func `the later of the three places wins, and each value knows its place`() throws {
        try folder.write("[Scan]\nWindowSeconds=5\nPauseSeconds=5\n", to: "usr/lib/bluezone/bluezone.conf.d/a.conf")
        try folder.write("[Scan]\nPauseSeconds=6\n[Journal]\nRetentionDays=6\n", to: "etc/bluezone/bluezone.conf")
        try folder.write("[Journal]\nRetentionDays=7\n", to: "etc/bluezone/bluezone.conf.d/10-b.conf")
        try folder.write("[Journal]\nRetentionDays=8\n", to: "etc/bluezone/bluezone.conf.d/20-a.conf")
        try folder.write("[Journal]\nRetentionDays=9\n", to: "etc/bluezone/bluezone.conf.d/.hidden.conf")
        try folder.write("nonsense", to: "etc/bluezone/bluezone.conf.d/20-a.conf~")
        let settings = try Settings.load(.installed(root: folder.path))
        #expect(settings.scan.window == .seconds(5))
        #expect(settings.scan.pause == .seconds(6))
        #expect(settings.journal.retentionDays == 8)
        let origins = Dictionary(settings.entries.map { ($0.key, $0.origin.description) }) { first, _ in first }
        #expect(origins["WindowSeconds"] == folder.path + "/usr/lib/bluezone/bluezone.conf.d/a.conf:2")
        #expect(origins["PauseSeconds"] == folder.path + "/etc/bluezone/bluezone.conf:2")
        #expect(origins["RetentionDays"] == folder.path + "/etc/bluezone/bluezone.conf.d/20-a.conf:2")
        #expect(origins["TransmitPower"] == "default")
    }

    /// A value of its own for every key.
    private let everyKey = """
            [Station]
            Formats = exposure-notification
            Language = vi
            StateFolder = /tmp//an/
            [Radio]
            Kind = air
            Adapter = hci1
            Air = /tmp/air
            TransmitPower = -8
            [Scan]
            Profile = continuous
            WindowSeconds = 60
            PauseSeconds = 0
            [Journal]
            RetentionDays = 30
            [Cases]
            Spool = /tmp/spool
            KeysFolder = /tmp/keys
            [Clock]
            Trust = always
            Speed = 120
            Start = 1624492800
            [Bus]
            Control = unix:path=/tmp/bus
            [Sync]
            Index = https://example.org/v1/index.txt
            Base = https://cdn.example.org/
            MaximumBytes = 4096
            [Publish]
            Server = https://example.org/bluezone/
            Verification = http://127.0.0.1:8080/
            APIKey = a+b/c==
            HealthAuthority = org.example
            Chaff = yes
            Socket = /tmp/publish.sock
            [Policy]
            WeightedMinutes = 10
        """

    @Test func `every key is read into its place`() throws {
        let settings = try load(everyKey)
        #expect(settings.station.formats == [.exposureNotification])
        #expect(settings.station.language == .vietnamese)
        #expect(settings.station.stateFolder == "/tmp/an")
        #expect(settings.radio == .init(kind: .air, adapter: "hci1", air: "/tmp/air", transmitPower: -8))
        #expect(settings.scan == .init(profile: .continuous, window: .seconds(60), pause: .zero))
        #expect(settings.journal.retentionDays == 30)
        #expect(settings.cases == .init(spool: "/tmp/spool", keysFolder: "/tmp/keys"))
        #expect(settings.clock == .init(trust: .always, speed: 120, start: Timestamp(seconds: 1_624_492_800)))
        #expect(settings.bus.control == .address("unix:path=/tmp/bus"))
        #expect(settings.sync.index?.description == "https://example.org/v1/index.txt")
        #expect(settings.sync.base?.description == "https://cdn.example.org/")
        #expect(settings.sync.maximumBytes == 4096)
        #expect(settings.publish.server?.description == "https://example.org/bluezone/")
        #expect(settings.publish.verification?.description == "http://127.0.0.1:8080/")
        #expect(settings.publish.apiKey == "a+b/c==" && settings.publish.authority == "org.example")
        #expect(settings.publish.chaff == .yes && settings.publish.socket == "/tmp/publish.sock")
        #expect(settings.policy.map { "\($0.key)=\($0.value)" } == ["WeightedMinutes=10"])
        #expect(settings.entries.last == settings.policy.last)
    }

    @Test func `an empty value brings the default back`() throws {
        let settings = try load("[Scan]\nWindowSeconds=9\nWindowSeconds=\n[Policy]\nA=1\nA=\n")
        #expect(settings.scan.window == nil)
        #expect(settings.policy.isEmpty)
    }

    @Test func `the last value of a policy key holds, and once`() throws {
        let settings = try load("[Policy]\nA=1\nB=2\nA=3\n")
        #expect(settings.policy.map { "\($0.key)=\($0.value)" } == ["B=2", "A=3"])
    }

    @Test(arguments: [
        ("[Scan]\nWindowSeconds=61", "[Scan] WindowSeconds=61: expected a whole number from 1 to 60 (seconds)"),
        ("[Scan]\nWindowSeconds=4s", "[Scan] WindowSeconds=4s: expected a whole number from 1 to 60 (seconds)"),
        (
            "[Journal]\nRetentionDays=99999999999999999999",
            "[Journal] RetentionDays=99999999999999999999: expected a whole number from 1 to 30 (days)"
        ),
        ("[Radio]\nTransmitPower=-200", "[Radio] TransmitPower=-200: expected a whole number from -60 to 20 (dBm)"),
        (
            "[Publish]\nServer=file:///srv/",
            "[Publish] Server=file:///srv/: expected https://host/ or https://host/path/"
        ),
        (
            "[Publish]\nServer=https://example.org/v1",
            "[Publish] Server=https://example.org/v1: expected https://host/ or https://host/path/"
        ),
        (
            "[Publish]\nAPIKey=a b",
            "[Publish] APIKey=a b: expected plain text without blanks, 200 characters at most"
        ),
        ("[Publish]\nChaff=on", "[Publish] Chaff=on: expected auto, yes or no"),
        ("[Station]\nLanguage=fr", "[Station] Language=fr: expected en or vi"),
        (
            "[Station]\nFormats=bluezone,robert",
            "[Station] Formats=bluezone,robert: \"robert\" is no beacon format; "
                + "expected bluezone or exposure-notification, or both"
        ),
        (
            "[Station]\nFormats=,",
            "[Station] Formats=,: expected bluezone or exposure-notification, or both with a comma between"
        ),
        ("[Radio]\nReadIPhones=on", "[Radio] ReadIPhones=on: expected yes or no"),
        ("[Radio]\nKind=wifi", "[Radio] Kind=wifi: expected bluez or air"),
        ("[Radio]\nAdapter=hci01", "[Radio] Adapter=hci01: expected auto, or an adapter's name as hci0"),
        ("[Clock]\nTrust=never", "[Clock] Trust=never: expected auto or always"),
        (
            "[Station]\nStateFolder=var/lib",
            "[Station] StateFolder=var/lib: expected a path from the root, as /var/lib/bluezone"
        ),
        (
            "[Cases]\nSpool=/var/../etc",
            "[Cases] Spool=/var/../etc: expected a path from the root, as /var/lib/bluezone"
        ),
        (
            "[Bus]\nControl=session",
            "[Bus] Control=session: expected system, none, or a D-Bus address as unix:path=/run/example/bus"
        ),
        (
            "[Sync]\nIndex=http://example.org/index.txt",
            "[Sync] Index=http://example.org/index.txt: expected https://host/path or file:///path"
        ),
        ("[Sync]\nBase=https://example.org/v1", "[Sync] Base=https://example.org/v1: expected a / at the end"),
        ("[Scan]\nWindowsSecond=4", "[Scan] has no key \"WindowsSecond\"; did you mean WindowSeconds?"),
        ("[Scan]\nwindowseconds=4", "[Scan] has no key \"windowseconds\"; did you mean WindowSeconds?"),
        ("[Scan]\nRest=4", "[Scan] has no key \"Rest\"; expected Profile, WindowSeconds, PauseSeconds or Way"),
        ("[Scans]\nWindowSeconds=4", "there is no section [Scans]; did you mean Scan?"),
        ("\nWindowSeconds=4", "WindowSeconds=4 stands before any section; expected [Station] or another"),
        (
            "[Clock]\nSpeed=60",
            "[Clock] Speed=60: only a simulated air ([Radio] Kind=air) has a clock of its own"
        ),
        ("[Radio]\nKind=air", "[Radio] Kind=air: needs Air=/path, the folder that the stations share"),
    ])
    func `a bad line is told with file, line and what would be right`(text: String, message: String) throws {
        #expect(try problems(text) == ["one.conf:2: " + message])
    }

    @Test func `a clock that says its defaults goes with a real radio, as config prints it`() throws {
        try folder.write("[Clock]\nSpeed=1\nStart=\nOrigin=\n", to: "one.conf")
        let settings = try Settings.load(.file(folder.path + "/one.conf"))
        #expect(settings.clock == Settings().clock)
    }

    @Test func `all problems of all files are told, in file order`() throws {
        try folder.write("[Scan]\nPauseSeconds=x\n", to: "etc/bluezone/bluezone.conf")
        try folder.write("[Scan]\nPauseSeconds=5\nnonsense\n", to: "etc/bluezone/bluezone.conf.d/a.conf")
        #expect {
            try Settings.load(.installed(root: folder.path))
        } throws: { error in
            let lines = "\(error)".split(separator: "\n")
            return lines.count == 2 && lines[0].contains("/etc/bluezone/bluezone.conf:2: [Scan] PauseSeconds=x")
                && lines[1].contains("/a.conf:3: expected [Section]")
        }
    }

    @Test func `a named file that is missing is an error, unlike the usual places`() {
        #expect(throws: SettingsError.self) { try Settings.load(.file(folder.path + "/absent.conf")) }
    }
}

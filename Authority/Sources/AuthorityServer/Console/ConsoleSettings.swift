// SPDX-License-Identifier: GPL-3.0-or-later

/// What an authority settles for its console: `console` in `settings.json`.
package struct ConsoleSettings: Hashable, Sendable, Codable {
    /// Whether there is one.
    package var enabled = true
    /// A port of its own, on `host`: for a network that devices do not reach. Without it the console is served where everything else
    /// is.
    package var port: Int?
    package var host = "127.0.0.1"
    /// The address that officials use when TLS ends before the server: `https://console.example.org`.
    package var origin: String?
    /// Minutes after which a session that nobody uses is over, and hours after which any is.
    package var idleMinutes = 15
    package var sessionHours = 10
    /// Whether a session ends when it comes from another address. Says nothing behind a proxy, where all have the proxy's.
    package var bindsAddress = true
    /// Days that the audit log goes back.
    package var auditDays = 730
    /// Hours that the officials' clocks are ahead of UTC.
    package var hoursAhead = 7

    package init() {}

    package init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
            if let found = try values.decodeIfPresent(Value.self, forKey: key) { value = found }
        }
        try read(.enabled, &enabled)
        port = try values.decodeIfPresent(Int.self, forKey: .port)
        try read(.host, &host)
        origin = try values.decodeIfPresent(String.self, forKey: .origin)
        try read(.idleMinutes, &idleMinutes)
        try read(.sessionHours, &sessionHours)
        try read(.bindsAddress, &bindsAddress)
        try read(.auditDays, &auditDays)
        try read(.hoursAhead, &hoursAhead)
    }

    /// What is wrong with the settings, in words; nil when nothing is.
    var objection: String? {
        guard port.map({ (0...65_535).contains($0) }) ?? true, !host.isEmpty else {
            return "console: port is 0 to 65535 and host is not empty"
        }
        guard port == nil || ["127.0.0.1", "::1", "localhost"].contains(host) || origin?.hasPrefix("https://") == true
        else { return "console: on another host than 127.0.0.1 it needs an origin with https://" }
        if let origin {
            let rest = origin.hasPrefix("https://") ? origin.dropFirst(8) : origin.dropFirst(7)
            guard origin.hasPrefix("https://") || origin.hasPrefix("http://"), !rest.isEmpty, !rest.contains("/") else {
                return "console: origin is https:// and a host's name, without a slash behind it"
            }
        }
        guard (1...480).contains(idleMinutes), (1...24).contains(sessionHours) else {
            return "console: idleMinutes is 1 to 480, sessionHours 1 to 24"
        }
        guard (30...36_500).contains(auditDays), (-12...14).contains(hoursAhead) else {
            return "console: auditDays is 30 to 36500, hoursAhead -12 to 14"
        }
        return nil
    }
}

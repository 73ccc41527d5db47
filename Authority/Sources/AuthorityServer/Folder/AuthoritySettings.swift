// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
internal import AuthorityPostgres
internal import AuthorityStore

/// What one authority settles for itself: `settings.json` in its folder. What is not in the file is as here.
package struct AuthoritySettings: Hashable, Sendable, Codable {
    /// The country's region, whose list names all exports.
    package var region = "VN"
    /// Regions within it that have exports of their own, such as `VN-04`; their codes begin with the country's and a hyphen.
    package var provinces: [String] = []
    /// Provinces by which devices are counted; where there is none, Vietnam's, or those with exports of their own.
    package var countedProvinces: [String] = []
    /// What devices call this authority in a publish.
    package var healthAuthorityID = "vn.gov.moh.bluezone"
    /// Minutes between two exports.
    package var exportMinutes = 60
    /// Days for which keys and their files are kept after the key's end.
    package var retentionDays = 14
    package var sizes = ExportSizes()
    /// Verifications that one address may ask for at once, and in how many seconds one more comes.
    package var verifyBurst = 60.0
    package var verifySeconds = 2.0
    /// Codes that one API key or official may issue at once, and in how many seconds one more comes.
    package var issueBurst = 60.0
    package var issueSeconds = 2.0
    /// Weekly counts that one address may send at once, and in how many seconds one more comes: a town behind one address.
    package var countBurst = 100.0
    package var countSeconds = 60.0
    /// Connections at once; more wait to be accepted.
    package var connections = 20_000
    package var console = ConsoleSettings()

    /// The PostgreSQL database that is the store, as libpq has it; without one the store is in the folder.
    package var store: String?
    /// Connections to that database at most, besides an export's.
    package var storeConnections = 8
    /// Where files for everybody go instead of the folder `public`.
    package var bucket: BucketSettings?

    package init() {}

    package init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
            if let found = try values.decodeIfPresent(Value.self, forKey: key) { value = found }
        }
        try read(.region, &region)
        try read(.provinces, &provinces)
        try read(.countedProvinces, &countedProvinces)
        try read(.healthAuthorityID, &healthAuthorityID)
        try read(.exportMinutes, &exportMinutes)
        try read(.retentionDays, &retentionDays)
        try read(.sizes, &sizes)
        try read(.verifyBurst, &verifyBurst)
        try read(.verifySeconds, &verifySeconds)
        try read(.issueBurst, &issueBurst)
        try read(.issueSeconds, &issueSeconds)
        try read(.countBurst, &countBurst)
        try read(.countSeconds, &countSeconds)
        try read(.connections, &connections)
        try read(.console, &console)
        store = try values.decodeIfPresent(String.self, forKey: .store)
        try read(.storeConnections, &storeConnections)
        bucket = try values.decodeIfPresent(BucketSettings.self, forKey: .bucket)
    }

    /// The country and the provinces.
    package var regions: [String] { [region] + provinces }

    /// The same in the order in which they are exported, the country last.
    var exportRegions: [ExportRegion] {
        provinces.map { ExportRegion($0, country: region) } + [ExportRegion(region, country: region, apart: provinces)]
    }

    /// Where a device can say that it is: the country, and its provinces.
    package var countedRegions: Set<String> {
        let usual = region == "VN" ? VietnamProvinces.codes : []
        return Set(regions + (countedProvinces.isEmpty ? usual : countedProvinces))
    }

    /// What is wrong with the settings, in words; nil when nothing is. Regions become folders and parts of addresses.
    package var objection: String? {
        let names = (regions + countedProvinces).allSatisfy { name in
            (2...20).contains(name.utf8.count)
                && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D }
        }
        guard names else { return "a region has 2 to 20 capital letters, digits and hyphens: VN, VN-04" }
        guard provinces.allSatisfy({ $0.hasPrefix(region + "-") }), Set(regions).count == regions.count else {
            return "each province's code begins with \(region)- and stands there once"
        }
        guard (1...10_080).contains(exportMinutes) else { return "exportMinutes is 1 to 10080" }
        guard (14...90).contains(retentionDays) else { return "retentionDays is 14 to 90" }
        guard (0...100_000).contains(sizes.minimum), (0...100_000).contains(sizes.jitter),
            (1000...3_000_000).contains(sizes.maximum)
        else { return "sizes: minimum and jitter are 0 to 100000, maximum is 1000 to 3000000" }
        guard (1...1_000_000).contains(verifyBurst), (0.001...86_400).contains(verifySeconds) else {
            return "verifyBurst is 1 to 1000000, verifySeconds 0.001 to 86400"
        }
        guard (1...1_000_000).contains(issueBurst), (0.001...86_400).contains(issueSeconds) else {
            return "issueBurst is 1 to 1000000, issueSeconds 0.001 to 86400"
        }
        guard (1...1_000_000).contains(countBurst), (0.001...86_400).contains(countSeconds) else {
            return "countBurst is 1 to 1000000, countSeconds 0.001 to 86400"
        }
        if let store {
            do throws(StoreError) { _ = try PostgresAddress(store, password: nil) } catch { return "store: \(error)" }
        }
        guard (1...200).contains(storeConnections) else { return "storeConnections is 1 to 200" }
        if let objection = bucket?.objection { return objection }
        guard (1...1_000_000).contains(connections) else { return "connections is 1 to 1000000" }
        return console.objection
    }
}

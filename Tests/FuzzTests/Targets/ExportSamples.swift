// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon

@testable import Cases

/// What the case export targets share: a signer whose key everybody may know, and exports that it signed.
struct ExportSamples {
    let signer: CaseSigner
    /// The signer's key, as a device keeps it.
    let keys: AuthorityKeys
    /// The exports' names and members.
    let exports: [(name: String, export: [UInt8], signature: [UInt8])]
    /// SHA-256 of everything that was ever signed: nothing else may pass as signed.
    let digests: Set<[UInt8]>

    /// Made once. The signatures differ in every run, what is signed does not.
    static func made() throws -> ExportSamples { try cached.get() }

    private static let cached = Result { try ExportSamples() }

    private init() throws {
        let key = try SigningKey(pem: Array(signingKey.utf8))
        signer = CaseSigner(key: key, keyID: "452", keyVersion: "v1")
        keys = AuthorityKeys(named: [try key.publicKey(name: "452-v1")])
        var exports: [(name: String, export: [UInt8], signature: [UInt8])] = []
        for format in BeaconFormat.allCases {
            for (name, count, revised) in [("empty", 0, 0), ("keys", 3, 0), ("revised", 2, 2)] {
                let all = sampleKeys(format, count: count + revised)
                let members = try CaseExportWriter(
                    header: sampleHeader, keys: Array(all.prefix(count)), revisedKeys: Array(all.dropFirst(count))
                ).members(signedBy: [signer])
                exports.append(("\(format)-\(name)", members.export, members.signature))
            }
        }
        self.exports = exports
        digests = Set(exports.map { sha256($0.export) })
    }
}

private let sampleHeader = CaseExportHeader(
    start: Timestamp(seconds: 1_623_196_800), end: Timestamp(seconds: 1_623_283_200), region: "VN")

private func sampleKeys(_ format: BeaconFormat, count: Int) -> [CaseKey] {
    (0..<count).compactMap { index -> CaseKey? in
        let bytes = Array(sha256([UInt8(index)]).prefix(format.keyLength))
        guard let key = DailyKey(format: format, bytes: bytes) else { return nil }
        return CaseKey(
            key: key, rollingStart: 2_705_328 + UInt32(index) * 144, rollingPeriod: UInt32(144 - index),
            reportType: ReportType(rawValue: Int32(index + 1)) ?? .unknown,
            daysSinceOnset: index == 0 ? nil : Int32(index) - 2, transmissionRisk: Int32(index))
    }
}

/// Reading what was read and written again gives the same.
func checkWriting(_ export: CaseExport) throws {
    // A region that is not UTF-8 grows where it is mended; one that grew too long no longer fits a field.
    guard export.header.region.utf8.count <= ExportDecoder.maximumFieldLength else {
        let refused = try? CaseExportWriter(header: export.header, keys: [])
        return try demand(refused == nil, "what no reader takes is not written")
    }
    let written = try CaseExportWriter(header: export.header, keys: export.keys, revisedKeys: export.revisedKeys)
        .members(signedBy: [])
    let again = try CaseExport(.members(export: written.export, signature: nil), trust: .nobody)
    try demand(Set(again.keys) == Set(export.keys), "keys are read as they were written")
    try demand(Set(again.revisedKeys) == Set(export.revisedKeys), "revised keys are read as they were written")
    try demand(again.keys.count == export.keys.count, "no key is lost or doubled")
    var header = export.header
    header.signatureInfos = []
    try demand(again.header == header, "the header is read as it was written")
}

/// A key that signs nothing but these samples; everybody may know it.
private let signingKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbvPWKX2VP1t24rg4
    3IclWnYTekzRu7HEpYvZf2XNPnShRANCAAQ7ZVpkp7NF2XYYn8Qg4aYq5coyZptJ
    qRdhClp0jEwHHu55t3tDQECoe0GNNXeCIWTaZyOfGBJQuX11TsFoOA+C
    -----END PRIVATE KEY-----
    """

// SPDX-License-Identifier: GPL-3.0-or-later

public import Beacon

/// What a case export says about itself, besides its keys.
public struct CaseExportHeader: Hashable, Sendable {
    /// The window in which its keys reached the authority's server, in whole seconds; 1970 where the file is silent.
    public var start: Timestamp
    /// The window's end.
    public var end: Timestamp
    /// The region the keys are for: `VN`; empty where the file is silent.
    public var region: String
    /// The file's number in its batch, from 1. A file that says nothing of batches is number 1 of 1.
    public var batchNumber: Int32
    /// Files in the batch, 1 ... 1 000 000. A batch counts only as a whole.
    public var batchSize: Int32
    /// Who signs the file, newest first, at most 10.
    public var signatureInfos: [SignatureInfo]

    /// A header; without batch fields the file is number 1 of 1.
    public init(
        start: Timestamp, end: Timestamp, region: String, batchNumber: Int32 = 1, batchSize: Int32 = 1,
        signatureInfos: [SignatureInfo] = []
    ) {
        self.start = start
        self.end = end
        self.region = region
        self.batchNumber = batchNumber
        self.batchSize = batchSize
        self.signatureInfos = signatureInfos
    }
}

/// Which of an export's two lists a key stands in.
package enum CaseKeyList: Hashable, Sendable {
    /// Keys published for the first time.
    case keys
    /// Keys published before whose report type changed; `ReportType.revoked` takes a key back.
    case revisedKeys
}

/// What reading an export to its end has shown.
public struct CaseExportReceipt: Hashable, Sendable {
    /// What the file says about itself.
    public var header: CaseExportHeader
    /// The format of all its keys; nil for a file without keys.
    public var format: BeaconFormat?
    /// Keys in the first list.
    public var keyCount: Int
    /// Keys in the second list.
    public var revisedKeyCount: Int
    /// The UTC day in which the last of the keys ended to be in use; nil for a file without keys.
    public var lastDay: UTCDay?
    /// SHA-256 of export.bin, 32 bytes: what makes the file the same file again.
    public var digest: [UInt8]
    /// The name of the authority's key whose signature is good; nil when nobody's was asked for.
    public var signer: String?
}

/// A whole case export in memory. For large files read key by key with `CaseExportReader`.
public struct CaseExport: Hashable, Sendable {
    /// What reading it has shown.
    public var receipt: CaseExportReceipt
    /// Keys published for the first time, in the file's order.
    public var keys: [CaseKey]
    /// Keys published before whose report type changed.
    public var revisedKeys: [CaseKey]

    /// What the file says about itself.
    public var header: CaseExportHeader { receipt.header }

    /// Reads a whole export; `trust` says whose signature it must carry.
    public init(_ source: CaseSource, trust: CaseTrust) throws(CaseError) {
        var keys: [CaseKey] = []
        var revisedKeys: [CaseKey] = []
        receipt = try CaseExportReader.read(source, trust: trust) { (key, list) throws(CaseError) in
            switch list {
            case .keys: keys.append(key)
            case .revisedKeys: revisedKeys.append(key)
            }
        }
        self.keys = keys
        self.revisedKeys = revisedKeys
    }
}

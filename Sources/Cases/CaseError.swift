// SPDX-License-Identifier: GPL-3.0-or-later

public import Beacon
public import Platform

/// Why a case export, an authority's key or a stored import is refused. Every case's `description` is a sentence that
/// says what is wrong, where, and what would be right.
public enum CaseError: Error, Hashable, Sendable {
    // The file and its ZIP container.
    /// The kernel refused to open, read or write a file.
    case system(SystemError)
    /// Not a ZIP file, or one that ends early; the reason is the ZIP library's or our own.
    case notAnArchive(String)
    /// The ZIP file has more bytes than `limit`.
    case archiveTooLarge(Int, limit: Int)
    /// The ZIP file lists more members than an export can have.
    case tooManyMembers(Int)
    /// A member that no case export has.
    case foreignMember(String)
    /// A member in a folder inside the ZIP file.
    case misplacedMember(String)
    case duplicateMember(String)
    case missingMember(String)
    /// A member unpacks to more than `limit` bytes.
    case memberTooLarge(String, limit: Int)
    /// A member is encrypted or packed by something else than deflate.
    case memberPacking(String)
    /// A member's packed bytes or its checksum are wrong.
    case damagedMember(String, reason: String)

    // export.bin.
    /// The 16 bytes at the start are not the format's; they are given as text.
    case wrongHeader(String)
    /// Protocol buffer fields that cannot be read, in the named member at a byte offset.
    case malformed(String, offset: Int, reason: String)
    /// Key `index` (from 1) has a length that no beacon format has.
    case keyLength(index: Int, length: Int)
    /// Key `index` has another length than the keys before it.
    case mixedKeys(index: Int, length: Int, expected: Int)
    /// Key `index` does not say when it began, or begins before 1971 or after the year 9999.
    case rollingStart(index: Int, value: Int32)
    case rollingPeriod(index: Int, value: Int32)
    case transmissionRisk(index: Int, value: Int32)
    /// Not `1 <= number <= size <= 1 000 000`.
    case batch(number: Int32, size: Int32)

    // export.sig.
    /// Nobody signed the file.
    case unsigned
    case signatureCount(signatures: Int, infos: Int)
    /// export.sig and export.bin name different batches.
    case signatureBatch(number: Int32, size: Int32, exportNumber: Int32, exportSize: Int32)
    case algorithm(String)
    /// A signature of so many bytes that is not in DER.
    case signatureForm(Int)
    /// None of the signers, given as `ID-VERSION`, has a key here.
    case unknownSigner([String])
    /// The signature does not fit the bytes and the key of the signer's name.
    case badSignature(String)

    // An export that is genuine and does not belong here.
    /// It is for another region than those expected.
    case otherRegion(String, expected: [String])
    /// Its window ended on a day so long ago that somebody must have kept it to show it again.
    case replayed(UTCDay)
    /// Its window ends on a day that is to come.
    case premature(UTCDay)

    // Keys of the authority.
    /// The named file or text does not hold the key it should.
    case notAKey(String, reason: String)
    /// The cryptographic library failed in the named call.
    case cryptography(String)

    /// Whoever reads did not want to go on.
    case stopped

    // Stored imports.
    /// A stored import whose bytes are not those that were imported.
    case damagedImport(String)
    /// The import ledger cannot be read from this line on.
    case damagedLedger(line: Int)
    /// The ledger is of a newer version than this program's.
    case newerLedger(String)
}

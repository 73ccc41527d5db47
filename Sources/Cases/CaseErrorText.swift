// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

extension CaseError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let error): error.description
        case .notAnArchive, .archiveTooLarge, .tooManyMembers, .foreignMember, .misplacedMember, .duplicateMember,
            .missingMember, .memberTooLarge, .memberPacking, .damagedMember:
            containerText
        case .wrongHeader, .malformed, .keyLength, .mixedKeys, .rollingStart, .rollingPeriod, .transmissionRisk,
            .batch:
            exportText
        case .unsigned, .signatureCount, .signatureBatch, .algorithm, .signatureForm, .unknownSigner, .badSignature:
            signatureText
        case .otherRegion(let region, let expected):
            "it is for the region \(printable(region.utf8)); expected is \(expected.joined(separator: ", "))"
        case .replayed(let day): "it ended on \(day), long ago: somebody shows again what was published then"
        case .premature(let day): "it ends on \(day), which is to come: is the clock right?"
        case .notAKey(let name, let reason): "\(name) does not hold a usable key: \(reason)"
        case .cryptography(let call): "the cryptographic library failed in \(call)"
        case .stopped: "reading was stopped"
        case .damagedImport(let name):
            "the stored import \(name) is damaged: its bytes do not have the SHA-256 in its name; it is left out"
        case .damagedLedger(let line): "the import ledger is damaged at line \(line)"
        case .newerLedger(let first):
            "the import ledger begins with '\(first)'; this program writes and reads 'bluezone-imports 1'"
        }
    }

    private var containerText: String {
        switch self {
        case .notAnArchive(let reason): "not a ZIP file as a case export must be: \(reason)"
        case .archiveTooLarge(let count, let limit): "the file has \(count) bytes; a case export has at most \(limit)"
        case .tooManyMembers(let count):
            "the ZIP file has \(count) members; a case export has two, export.bin and export.sig"
        case .foreignMember(let name):
            "the ZIP file holds '\(name)'; a case export holds export.bin and export.sig and nothing else"
        case .misplacedMember(let name):
            "the ZIP file holds '\(name)' in a folder; export.bin and export.sig must stand at the top"
        case .duplicateMember(let name): "the ZIP file holds \(name) twice; a case export holds it once"
        case .missingMember(let name): "the ZIP file has no \(name); a case export has export.bin and export.sig"
        case .memberTooLarge(let name, let limit): "\(name) unpacks to more than the \(limit) bytes it may have"
        case .memberPacking(let name): "\(name) is encrypted or not packed by deflate, which is all an export may use"
        case .damagedMember(let name, let reason): "\(name) cannot be unpacked: \(reason)"
        default: ""
        }
    }

    private var exportText: String {
        switch self {
        case .wrongHeader(let found): "export.bin begins with '\(found)' where 'EK Export v1    ' must stand"
        case .malformed(let member, let offset, let reason): "\(member) cannot be read at offset \(offset): \(reason)"
        case .keyLength(let index, let length):
            "key \(index) has \(length) bytes; a key has 16 (Exposure Notification) or 32 (Bluezone)"
        case .mixedKeys(let index, let length, let expected):
            "key \(index) has \(length) bytes and those before it \(expected); a file's keys are all of one length"
        case .rollingStart(let index, let value) where value > 0 && UInt32(value) > CaseKey.lastRollingStart:
            "key \(index) begins at interval \(value), that is after the year 9999 (it counts 10 minutes from 1970); "
                + "the last possible is \(CaseKey.lastRollingStart)"
        case .rollingStart(let index, let value):
            "key \(index) begins at interval \(value), that is in 1970 (it counts 10 minutes), when no key was in use"
        case .rollingPeriod(let index, let value):
            "key \(index) was in use for \(value) intervals; 1 to 144 are possible (10 minutes each)"
        case .transmissionRisk(let index, let value):
            "key \(index) has transmission risk level \(value); 0 to 8 are possible"
        case .batch(let number, let size):
            "the file says it is number \(number) of a batch of \(size); the number must be 1 to the batch's size, "
                + "the size at most 1000000"
        default: ""
        }
    }

    private var signatureText: String {
        switch self {
        case .unsigned: "nobody signed the file: export.sig holds no signature"
        case .signatureCount(let signatures, let infos):
            "export.sig holds \(signatures) signatures and export.bin names \(infos); the numbers must be equal"
        case .signatureBatch(let number, let size, let exportNumber, let exportSize):
            "export.sig is for number \(number) of \(size), export.bin is number \(exportNumber) of \(exportSize); "
                + "they must be of one file"
        case .algorithm(let text):
            "the signature's algorithm is '\(text)'; it must be \(SignatureInfo.ecdsaSHA256) (ECDSA with SHA-256)"
        case .signatureForm(let count): "the signature of \(count) bytes is not in X9.62 DER, as it must be"
        case .unknownSigner(let names):
            "no key is known for \(names.map { "'\($0)'" }.joined(separator: ", ")), who signed the file; "
                + "the authority's key belongs in a file ID-VERSION.pem"
        case .badSignature(let name):
            "the signature is not by the key \(name) over these bytes: the file was changed or signed by another key"
        default: ""
        }
    }
}

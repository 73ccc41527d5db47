// SPDX-License-Identifier: GPL-3.0-or-later

/// An input that strangers can hand us: the real code is run on it, and what it says of it must hold together.
protocol FuzzedInput {
    /// Runs the code on `bytes`. Throws `Violation` when it answered something that cannot be; it may trap, which is a
    /// finding as well.
    static func check(_ bytes: [UInt8]) throws

    /// Inputs that the project's own code makes: where fuzzing begins, replayed like the corpus.
    static func seeds() throws -> [Seed]
}

/// A good input to begin with, and its file's name.
struct Seed {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// The targets there are; the raw value names the folder of the corpus.
enum FuzzTarget: String, CaseIterable, Sendable {
    case advertisement
    case deviceSignal = "device-signal"
    case hciPacket = "hci-packet"
    case busCall = "bus-call"
    case exportContainer = "export-container"
    case exportMembers = "export-members"
    case exportSignature = "export-signature"
    case caseMessage = "case-message"
    case configuration
    case journalSegment = "journal-segment"
    case publishing
    case policy

    /// The code that is run.
    var input: any FuzzedInput.Type {
        switch self {
        case .advertisement: AdvertisementInput.self
        case .deviceSignal: DeviceSignalInput.self
        case .hciPacket: HCIPacketInput.self
        case .busCall: BusCallInput.self
        case .exportContainer: ExportContainerInput.self
        case .exportMembers: ExportMembersInput.self
        case .exportSignature: ExportSignatureInput.self
        case .caseMessage: CaseMessageInput.self
        case .configuration: ConfigurationInput.self
        case .journalSegment: JournalSegmentInput.self
        case .publishing: PublishingInput.self
        case .policy: PolicyInput.self
        }
    }
}

/// Something that must hold and does not.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Throws a violation that says `rule` unless `holds`.
func demand(_ holds: Bool, _ rule: @autoclosure () -> String) throws(Violation) {
    if !holds { throw Violation(description: rule()) }
}

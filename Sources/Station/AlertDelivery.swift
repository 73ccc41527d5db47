// SPDX-License-Identifier: GPL-3.0-or-later

internal import CSystemd
internal import Control
internal import Glibc
internal import Logging

/// Gives an alert to its owner: an entry of the system journal with fields to search by. No identifier, key, address or
/// time of day is in it; the journal keeps entries longer than the station does, and others may read them.
enum AlertDelivery {
    /// The MESSAGE_ID of every exposure alert: `journalctl MESSAGE_ID=…` lists them.
    static let messageID = "b1ce20e0f1a94d6f8f5e7a3c9d2b4e61"

    static func send(_ alert: AlertNotice, in language: MessageLanguage, _ logger: Logger) {
        let isRunning = sd_booted() > 0
        if !isRunning || !sendToJournal(fields(of: alert, in: language)) {
            logger.critical("\(alert.level.rawValue): \(alert.sentence(in: language))")
        }
    }

    /// The entry's fields, each `NAME=value`.
    static func fields(of alert: AlertNotice, in language: MessageLanguage) -> [String] {
        [
            "MESSAGE=\(alert.sentence(in: language))",
            "MESSAGE_ID=\(messageID)",
            // LOG_ALERT for who was near a case, LOG_WARNING for who was near a contact.
            "PRIORITY=\(alert.level == .f1 ? LOG_ALERT : LOG_WARNING)",
            "SYSLOG_IDENTIFIER=bluezoned",
            "BLUEZONE_LEVEL=\(alert.level.rawValue)",
            "BLUEZONE_DAY=\(alert.day)",
            "BLUEZONE_MINUTES=\(alert.minutes)",
            "BLUEZONE_FORMAT=\(alert.format)",
        ]
    }

    private static func sendToJournal(_ fields: [String]) -> Bool {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for field in fields {
            bytes += Array(field.utf8)
            ends.append(bytes.count)
        }
        return unsafe bytes.withUnsafeMutableBytes { buffer in
            var vectors: [iovec] = unsafe []
            var start = 0
            for end in ends {
                unsafe vectors.append(
                    iovec(iov_base: buffer.baseAddress.map { unsafe $0 + start }, iov_len: end - start))
                start = end
            }
            return unsafe sd_journal_sendv(vectors, Int32(vectors.count)) == 0
        }
    }
}

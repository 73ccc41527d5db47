// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control

extension StatusText {
    /// What changes hands with iPhones, which only an owner who asked for it has.
    var handover: String {
        status.handover.map { way in
            switch way {
            case .read:
                style.say(
                    "connected to for their identifiers (\(status.handoversRead) read, "
                        + "\(status.handoversFailed) not)",
                    "được kết nối để đọc mã (\(status.handoversRead) lần được, \(status.handoversFailed) lần không)")
            case .serve: style.say("can read our identifier", "đọc được mã của máy này")
            }
        }
        .joined(separator: style.say("; ", "; "))
    }
}

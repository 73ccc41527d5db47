// SPDX-License-Identifier: GPL-3.0-or-later

/// A call of ours that waits for its answer.
struct PendingCall {
    var member: String
    /// Called exactly once, on the bus thread, and never while the table of calls is being changed: it may call anew.
    var completion: (Result<Message, BusError>) -> Void
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore

/// Why a question had no answer.
enum Fault: Error, Hashable, Sendable {
    /// The connection is gone, and what was under way was taken back.
    case lost(String)
    /// The connection went while the transaction was being settled: it was, or it was not.
    case uncertain(String)
    /// Another transaction was in the way, and this one was taken back: it is to be tried again.
    case again(String)
    /// The database refuses, in its own words.
    case refused(String)
    /// The tables were made by a newer version of this program.
    case newer

    var text: String {
        switch self {
        case .lost(let text), .uncertain(let text), .again(let text), .refused(let text): text
        case .newer: StoreError.newer.description
        }
    }

    var isLost: Bool { if case .lost = self { true } else { false } }

    var storeError: StoreError { self == .newer ? .newer : .failed(text) }
}

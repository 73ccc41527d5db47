// SPDX-License-Identifier: GPL-3.0-or-later

@testable import Journal

/// The states in which a crash can leave a medium after some events: what was synced is there; of what was not, any part
/// is, in any order, and one write may be torn at any byte, from either end.
struct CrashStates {
    /// What was synced, and nothing else.
    private(set) var worst: Medium
    /// Changes that no sync has covered, in the order they were made.
    private(set) var pending: [Medium.Operation] = []

    init(from medium: Medium, events: [ModelStorage.Event]) {
        worst = medium
        var waiting: [(operation: Medium.Operation, isForgotten: Bool)] = []
        for event in events {
            switch event {
            case .change(let operation): waiting.append((operation, false))
            case .synchronized(let file):
                // What an earlier, failed sync forgot is not written by this one, nor is it certain to be absent.
                for entry in waiting where !entry.isForgotten && entry.operation.isWrite(to: file) {
                    worst.apply(entry.operation)
                }
                waiting.removeAll { !$0.isForgotten && $0.operation.isWrite(to: file) }
            // A later write to the same place that is safe now covers what was forgotten there.
            case .forgotten(let file):
                for index in waiting.indices where waiting[index].operation.isWrite(to: file) {
                    waiting[index].isForgotten = true
                }
            case .folderSynchronized:
                for entry in waiting where entry.operation.isName { worst.apply(entry.operation) }
                waiting.removeAll { $0.operation.isName }
            case .note: break
            }
        }
        pending = waiting.map(\.operation)
    }

    /// Hands over each state, some of them more than once: every subset of the pending changes in their order and in the reverse order, and with
    /// each write of the subset torn at each byte.
    func each(_ body: (Medium) throws -> Void) rethrows {
        func give(_ operations: [Medium.Operation]) throws {
            var medium = worst
            for operation in operations { medium.apply(operation) }
            try body(medium)
        }
        for chosen in 0..<(1 << pending.count) {
            let subset = pending.indices.filter { chosen >> $0 & 1 == 1 }.map { pending[$0] }
            try give(subset)
            if subset.count > 1 { try give(subset.reversed()) }
            for (place, operation) in subset.enumerated() {
                guard case .write(let file, let offset, let bytes) = operation else { continue }
                for cut in 1..<max(1, bytes.count) {
                    var torn = subset
                    torn[place] = .write(file: file, offset: offset, bytes: Array(bytes[..<cut]))
                    try give(torn)
                    // From the other end a long write is torn where sectors meet: one byte is like another there.
                    guard bytes.count <= 256 || cut.isMultiple(of: 512) else { continue }
                    torn[place] = .write(file: file, offset: offset + cut, bytes: Array(bytes[cut...]))
                    try give(torn)
                }
            }
        }
    }
}

extension Medium.Operation {
    func isWrite(to file: Int) -> Bool {
        if case .write(file, _, _) = self { return true }
        return false
    }

    var isName: Bool {
        if case .name = self { return true }
        return false
    }
}

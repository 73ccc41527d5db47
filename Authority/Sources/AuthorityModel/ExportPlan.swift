// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
package import Cases

/// How many keys an export's files have.
package struct ExportSizes: Hashable, Sendable, Codable {
    /// Keys of a file at least; what is missing is filled with random ones.
    package var minimum = 1000
    /// Random keys on top, at most.
    package var jitter = 100
    /// Keys of a file at most.
    package var maximum = 100_000

    package init(minimum: Int = 1000, jitter: Int = 100, maximum: Int = 100_000) {
        self.minimum = max(0, minimum)
        self.jitter = max(0, jitter)
        self.maximum = max(1, maximum)
    }
}

/// The files that one batch of keys of one format becomes.
package struct ExportPlan: Sendable {
    /// One file's keys.
    package struct File: Hashable, Sendable {
        package var keys: [CaseKey] = []
        package var revisedKeys: [CaseKey] = []
    }

    /// How many files there are.
    package let count: Int

    /// All keys, dealt to files from first to last: a million of them are not copied once more.
    private let keys: [CaseKey]
    private let revisedKeys: [CaseKey]

    /// Shuffles `keys`, so that nobody sees who published together, pads them with random keys that look like them, and
    /// deals them to files. The same seed makes the same plan. Revised keys are not padded: every receiver knows the keys.
    package init(keys: consuming [CaseKey], revisedKeys: [CaseKey], sizes: ExportSizes, seed: [UInt8]) {
        var generator = SeededGenerator(seed: seed)
        // In the order of their bytes first: in which order the store gave them must not matter.
        var all = keys
        all.sort { $0.key < $1.key }
        all.shuffle(using: &generator)
        if !all.isEmpty {
            let models = all.count
            let padding = max(0, sizes.minimum - models) + Int.random(in: 0...sizes.jitter, using: &generator)
            for index in 0..<padding { all.append(randomKey(like: all[index % models], &generator)) }
            all.shuffle(using: &generator)
        }
        self.keys = all
        self.revisedKeys = revisedKeys.sorted { $0.key < $1.key }
        let full = (all.count + sizes.maximum - 1) / sizes.maximum
        count = revisedKeys.isEmpty ? full : max(1, full)
    }

    /// File `number`, from 0. The first one has the revised keys.
    package func file(_ number: Int) -> File {
        let part = keys[keys.count * number / count..<keys.count * (number + 1) / count]
        return File(keys: Array(part), revisedKeys: number == 0 ? revisedKeys : [])
    }
}

/// A random key with all else as `model` has it.
private func randomKey(like model: CaseKey, _ generator: inout SeededGenerator) -> CaseKey {
    let format = model.key.format
    var key = model
    key.key = DailyKey(format: format, bytes: generator.bytes(format.keyLength)) ?? model.key
    return key
}

// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import CMatcher
internal import Cases

/// Case keys of one format on their way to the kernel.
struct KeyBatch: Sendable {
    let format: BeaconFormat
    /// The batch's number in the stream.
    let number: Int
    private(set) var keys: [CaseKey] = []
    private var packed: [matcher_key] = []
    /// The places of revoked keys, which pass unseen.
    private var revoked: [Int] = []

    init(format: BeaconFormat, number: Int) {
        self.format = format
        self.number = number
        keys.reserveCapacity(KeyBatch.capacity(format))
        packed.reserveCapacity(KeyBatch.capacity(format))
    }

    var isFull: Bool { keys.count >= KeyBatch.capacity(format) }

    /// Keys in a batch: many, so that those of one day find their filters in the cache, and a few milliseconds of work.
    private static func capacity(_ format: BeaconFormat) -> Int { format == .bluezone ? 1024 : 4096 }

    mutating func add(_ key: CaseKey) {
        if key.reportType == .revoked { revoked.append(keys.count) }
        keys.append(key)
        packed.append(matcher_key(key))
    }

    /// Looks all keys up.
    func compare(with index: HeardIndex) -> BatchFinding {
        var finding = BatchFinding(number: number)
        for place in revoked { finding.add(keys[place], at: place) }
        guard let pointer = unsafe index.pointer(format) else { return finding }
        let room = Int(MATCHER_ROOM)
        unsafe withUnsafeTemporaryAllocation(of: matcher_hit.self, capacity: room) { hits in
            unsafe packed.withUnsafeBufferPointer { keys in
                guard let start = keys.baseAddress, let target = hits.baseAddress else { return }
                var done = 0
                while done < keys.count && !finding.isFailed {
                    var found = 0
                    var cost = matcher_cost()
                    let compared = unsafe matcher_compare(
                        pointer, index.path, start + done, keys.count - done, target, room, &found, &cost)
                    for number in 0..<found {
                        let hit = unsafe hits[number]
                        finding.add(self.keys[done + Int(hit.key)], at: done + Int(hit.key))
                        finding.add(EphemeralIdentifier(format: format, low: hit.low, high: hit.high))
                    }
                    finding.cost.add(cost)
                    done += compared
                    finding.isFailed = compared == 0
                }
            }
        }
        return finding
    }
}

/// What looking a batch up has found.
struct BatchFinding: Sendable {
    let number: Int
    /// The keys that were heard, by their place in the batch.
    private(set) var keys: [Int: CaseKey] = [:]
    /// The identifiers that were heard.
    private(set) var identifiers: Set<EphemeralIdentifier> = []
    var cost = ComparisonCost()
    /// There was no memory to compare all keys.
    var isFailed = false

    init(number: Int) {
        self.number = number
    }

    fileprivate mutating func add(_ key: CaseKey, at place: Int) {
        keys[place] = key
    }

    fileprivate mutating func add(_ identifier: EphemeralIdentifier) {
        identifiers.insert(identifier)
    }
}

/// What a comparison cost.
package struct ComparisonCost: Hashable, Sendable {
    /// Keys of which anything had to be derived.
    package var keys = 0
    /// Identifiers derived: AES blocks, or links of a Bluezone key's chain.
    package var derived = 0
    /// Identifiers that had to be looked for exactly.
    package var candidates = 0

    package init() {}

    mutating func add(_ cost: matcher_cost) {
        keys += Int(cost.keys)
        derived += Int(cost.derived)
        candidates += Int(cost.candidates)
    }

    mutating func add(_ other: ComparisonCost) {
        keys += other.keys
        derived += other.derived
        candidates += other.candidates
    }
}

extension matcher_key {
    /// The key with the numbers of its identifiers in use; none of a key whose period is not 1 ... 144.
    fileprivate init(_ key: CaseKey) {
        self.init()
        let words = key.key.words
        let ordered = (
            words.first.littleEndian, words.second.littleEndian, words.third.littleEndian, words.fourth.littleEndian
        )
        unsafe withUnsafeMutableBytes(of: &bytes) {
            unsafe $0.storeBytes(of: ordered, as: (UInt64, UInt64, UInt64, UInt64).self)
        }
        guard (1...144).contains(key.rollingPeriod) else { return }
        switch key.key.format {
        case .exposureNotification:
            first_slot = key.rollingStart
            to = UInt16(key.rollingPeriod)
        case .bluezone:
            let midnight = key.rollingStart / 144 * 144
            let begin = (key.rollingStart - midnight) * 600
            first_slot = midnight / 144 * 96
            from = UInt16(begin / 900)
            to = UInt16(min(96, (begin + key.rollingPeriod * 600 + 899) / 900))
        }
    }
}

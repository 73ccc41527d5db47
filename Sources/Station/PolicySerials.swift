// SPDX-License-Identifier: GPL-3.0-or-later

internal import Cases

/// The greatest number of each region's policies that this device took, and who had signed it: an older one stays refused, also when
/// another region's was in force in between. A number counts as long as its signer's key does.
struct PolicySerials: Hashable {
    private struct Entry: Hashable {
        var region: String
        var serial: Int64
        var signer: String
    }

    /// A device takes the policies of its country and its provinces; those taken last are kept.
    private static let limit = 100
    private var entries: [Entry] = []

    init() {}

    /// Reads words `REGION/NUMBER/SIGNER` as `text` writes them; what is none is left out.
    init(words: some Collection<Substring>, _ keys: AuthorityKeys) {
        for word in words.suffix(Self.limit) {
            let parts = word.split(separator: "/", maxSplits: 2).map(String.init)
            guard parts.count == 3, let serial = Int64(parts[1]), keys.hasKey(named: parts[2]) else { continue }
            note(parts[0], serial, signer: parts[2])
        }
    }

    var text: String { entries.map { "\($0.region)/\($0.serial)/\($0.signer)" }.joined(separator: " ") }

    /// The greatest number taken for a region; nil for none.
    subscript(region: String) -> Int64? { entries.first { $0.region == region }?.serial }

    /// A policy was taken. `signer` names a key and has no blank (docs/policy.md).
    mutating func note(_ region: String, _ serial: Int64, signer: String) {
        if let known = self[region], known > serial { return }
        entries.removeAll { $0.region == region }
        entries.append(Entry(region: region, serial: serial, signer: signer))
        entries.removeFirst(max(0, entries.count - Self.limit))
    }
}

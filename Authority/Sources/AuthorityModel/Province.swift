// SPDX-License-Identifier: GPL-3.0-or-later

/// A province as reports name it: its ISO 3166-2 code, its name, and how many people live there.
package struct Province: Hashable, Sendable {
    package var code: String
    package var name: String
    /// Nil where the file does not say.
    package var population: Int64?
    /// Who says so, and of when.
    package var source: String

    package init(code: String, name: String, population: Int64?, source: String) {
        self.code = code
        self.name = name
        self.population = population
        self.source = source
    }

    /// The provinces in a table with the columns code, name, population and source, whose first line names them. Throws what is
    /// wrong with which line.
    package static func read(csv text: String) throws(ProvinceFault) -> [Province] {
        var provinces: [Province] = []
        for (index, fields) in CSVReader.rows(text).enumerated() {
            let line = index + 1
            if fields.allSatisfy(\.isEmpty) || fields.first?.hasPrefix("#") == true || fields.first == "code" {
                continue
            }
            guard fields.count >= 2, (2...20).contains(fields[0].utf8.count), !fields[1].isEmpty else {
                throw ProvinceFault(line: line, reason: "it has no code and name")
            }
            let figure = fields.count > 2 ? fields[2].filter { $0 != " " } : ""
            let population = Int64(figure)
            guard figure.isEmpty || population.map({ (1...2_000_000_000).contains($0) }) == true else {
                throw ProvinceFault(line: line, reason: "the population is a number without dots or commas")
            }
            guard !provinces.contains(where: { $0.code == fields[0] }) else {
                throw ProvinceFault(line: line, reason: "\(fields[0]) stands there twice")
            }
            let source = fields.count > 3 ? fields[3] : ""
            provinces.append(Province(code: fields[0], name: fields[1], population: population, source: source))
        }
        return provinces
    }
}

package struct ProvinceFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let line: Int
    package let reason: String
    package var description: String { "line \(line): \(reason)" }
}

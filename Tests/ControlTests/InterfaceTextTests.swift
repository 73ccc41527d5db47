// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Testing

@testable import Control

/// docs/dbus-interface.md against the code.
@Suite struct InterfaceTextTests {
    static let text: String = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return (try? String(contentsOf: package.appendingPathComponent("docs/dbus-interface.md"), encoding: .utf8))
            ?? ""
    }()

    /// Whether a line of the text has these words in this order, whatever stands between them.
    func hasLine(_ words: String...) -> Bool {
        Self.text.split(separator: "\n").contains { line in
            var rest = line
            for word in words {
                guard let range = rest.firstRange(of: word) else { return false }
                rest = rest[range.upperBound...]
            }
            return true
        }
    }

    @Test(arguments: StationProperty.allCases)
    func `every property stands there with its type`(property: StationProperty) {
        #expect(hasLine("    \(property.signature) ", property.rawValue))
    }

    @Test(arguments: StationMethod.allCases)
    func `every method stands there with what goes in and out`(method: StationMethod) {
        let input = method.input.isEmpty ? "()" : "(\(method.input) \(method.argument))"
        #expect(hasLine("    \(method.output)", method.rawValue + input))
    }

    @Test(arguments: StationWarning.Kind.allCases)
    func `every warning stands there`(kind: StationWarning.Kind) {
        #expect(hasLine("| `\(kind.rawValue)` |"))
    }

    @Test(arguments: StationStatus.State.allCases)
    func `every state stands there`(state: StationStatus.State) {
        #expect(hasLine(" \(state.rawValue)  "))
    }
}

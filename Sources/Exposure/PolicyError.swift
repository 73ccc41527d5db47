// SPDX-License-Identifier: GPL-3.0-or-later

/// Why policy entries were refused.
package enum PolicyError: Error, Hashable, CustomStringConvertible {
    case unknownKey(key: String, value: String)
    case badValue(key: String, value: String, expected: String)
    /// Two values that are fine alone and contradict each other.
    case contradiction(key: String, value: String, otherKey: String, otherValue: String, expected: String)

    /// The key at fault.
    package var key: String {
        switch self {
        case .unknownKey(let key, _), .badValue(let key, _, _), .contradiction(let key, _, _, _, _): key
        }
    }

    package var description: String {
        switch self {
        case .unknownKey(let key, let value):
            "\(key)=\(value): there is no such policy key; there are \(Policy.keys.joined(separator: ", "))"
        case .badValue(let key, let value, let expected):
            "\(key)=\(value): the value must be \(expected)"
        case .contradiction(let key, let value, let otherKey, let otherValue, let expected):
            "\(key)=\(value) contradicts \(otherKey)=\(otherValue): it must be \(expected)"
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

/// One key of the policy: its name, what a right value is, and how it is read.
struct PolicyField: Sendable {
    var name: String
    /// The end of the sentence "the value must be ...".
    var expected: String
    /// Reads a value into a policy; false, with the policy unchanged, when it is not right.
    var read: @Sendable (String, inout Policy) -> Bool

    typealias Path<Value> = any WritableKeyPath<Policy, Value> & Sendable

    static func whole(_ name: String, _ range: ClosedRange<Int>, _ path: Path<Int>) -> PolicyField {
        PolicyField(name: name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            guard let value = wholeNumber($0), range.contains(value) else { return false }
            $1[keyPath: path] = value
            return true
        }
    }

    static func decimal(_ name: String, _ range: ClosedRange<Double>, _ path: Path<Double>) -> PolicyField {
        PolicyField(name: name, expected: "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))") {
            guard let value = decimalNumber($0), range.contains(value) else { return false }
            $1[keyPath: path] = value
            return true
        }
    }

    static func weight(_ name: String, _ path: Path<Double>) -> PolicyField {
        decimal(name, 0...100, path)
    }

    static func optionalMinutes(_ name: String, _ path: Path<Double?>) -> PolicyField {
        PolicyField(name: name, expected: "a number from 0 to 1440, or off") {
            if $0 == "off" {
                $1[keyPath: path] = nil
                return true
            }
            guard let value = decimalNumber($0), (0...1440).contains(value) else { return false }
            $1[keyPath: path] = value
            return true
        }
    }

    static func choice<Value: Sendable>(
        _ name: String, _ choices: KeyValuePairs<String, Value>, _ path: Path<Value>
    ) -> PolicyField {
        let values = choices.map { ($0.key, $0.value) }
        return PolicyField(name: name, expected: "one of " + values.map(\.0).joined(separator: ", ")) { text, policy in
            guard let value = values.first(where: { $0.0 == text }) else { return false }
            policy[keyPath: path] = value.1
            return true
        }
    }

    static func reportWeight(_ name: String, _ path: Path<Policy.ReportWeight>) -> PolicyField {
        PolicyField(
            name: name,
            expected: "a number from 0 to 100, or two with a comma: for standard and for high infectiousness"
        ) {
            guard let values = weights($0), let first = values.first, values.count <= 2 else { return false }
            $1[keyPath: path] = Policy.ReportWeight(standard: first, high: values.count == 2 ? values[1] : first)
            return true
        }
    }

    static func riskWeights(_ name: String, _ path: Path<[Double]>) -> PolicyField {
        PolicyField(name: name, expected: "nine numbers from 0 to 100 with commas, for levels 0 to 8") {
            guard let values = weights($0), values.count == 9 else { return false }
            $1[keyPath: path] = values
            return true
        }
    }

    /// Gives the named days since onset the infectiousness `value`, and leaves the others as they are.
    static func days(_ name: String, _ value: Infectiousness) -> PolicyField {
        PolicyField(
            name: name, expected: "days since onset from -14 to 14 with commas, single or as ranges such as -2..3"
        ) {
            guard let days = dayList($0) else { return false }
            for day in days { $1.infectiousnessByDay[day + 14] = value }
            return true
        }
    }
}

/// The weights of a list with commas, each 0 ... 100; nil when one is not.
private func weights(_ text: String) -> [Double]? {
    let values = items(text).map { decimalNumber($0) }
    let weights = values.compactMap { $0 }
    return weights.count == values.count && weights.allSatisfy { $0 <= 100 } ? weights : nil
}

/// The days that a list such as `-2..3, 5` names; nil when a part of it is no day from -14 to 14 or a range runs
/// backwards.
private func dayList(_ text: String) -> [Int]? {
    var days: [Int] = []
    for item in items(text) {
        let ends = splitRange(item)
        guard let first = wholeNumber(ends.0), let last = wholeNumber(ends.1), -14 <= first, first <= last, last <= 14
        else { return nil }
        days += first...last
    }
    return days
}

private func splitRange(_ text: String) -> (String, String) {
    let characters = Array(text)
    for place in characters.indices.dropLast() where characters[place] == "." && characters[place + 1] == "." {
        return (String(characters[..<place]), String(characters[(place + 2)...]))
    }
    return (text, text)
}

private func items(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { item in
        String(item.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

/// A whole number in decimal digits with an optional minus sign.
private func wholeNumber(_ text: String) -> Int? {
    text.first == "+" ? nil : Int(text)
}

/// A number of at most nine digits with an optional decimal point: no sign, no exponent, no name such as `inf`.
private func decimalNumber(_ text: String) -> Double? {
    let digits = text.utf8.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    let points = text.utf8.filter { $0 == UInt8(ascii: ".") }.count
    guard (1...9).contains(digits), points <= 1, digits + points == text.utf8.count else { return nil }
    return Double(text)
}

/// A bound as a person writes it: no fraction where there is none.
private func plain(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(value)
}

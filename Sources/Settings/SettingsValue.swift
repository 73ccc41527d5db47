// SPDX-License-Identifier: GPL-3.0-or-later
// From a setting's text to its value. Each reader says what it expected when the text is not that.

internal import Beacon

/// What would have been right.
struct Expectation: Error {
    let text: String
}

/// Makes a value of a setting's text.
typealias ValueReader<Value> = @Sendable (String) throws(Expectation) -> Value

/// A whole number in `range`; `unit` is for the message.
func whole(_ range: ClosedRange<Int>, _ unit: String) -> ValueReader<Int> {
    { text throws(Expectation) in
        guard let value = Int(text), range.contains(value) else {
            throw Expectation(text: "expected a whole number from \(range.lowerBound) to \(range.upperBound) (\(unit))")
        }
        return value
    }
}

/// Whole seconds in `range`.
func seconds(_ range: ClosedRange<Int>) -> ValueReader<Duration> {
    let read = whole(range, "seconds")
    return { text throws(Expectation) in .seconds(try read(text)) }
}

/// Whole minutes in `range`.
func minutes(_ range: ClosedRange<Int>) -> ValueReader<Duration> {
    let read = whole(range, "minutes")
    return { text throws(Expectation) in .seconds(60 * (try read(text))) }
}

/// `yes` or `no`.
func truth(_ text: String) throws(Expectation) -> Bool {
    switch text {
    case "yes": return true
    case "no": return false
    default: throw Expectation(text: "expected yes or no")
    }
}

/// Whole dBm in `range`.
func power(_ range: ClosedRange<Int>) -> ValueReader<Int8> {
    let read = whole(range, "dBm")
    return { text throws(Expectation) in Int8(clamping: try read(text)) }
}

/// Unix seconds, up to the year 9999.
func moment(_ text: String) throws(Expectation) -> Timestamp {
    Timestamp(seconds: Int64(try whole(0...253_402_300_799, "seconds since 1970")(text)))
}

/// One of an enumeration's raw values.
func choice<Value: RawRepresentable<String> & CaseIterable>(_ text: String) throws(Expectation) -> Value {
    guard let value = Value(rawValue: text) else {
        throw Expectation(text: "expected " + alternatives(Value.allCases.map(\.rawValue)))
    }
    return value
}

/// Nil for nothing, else what `read` makes of the text.
func optional<Value>(_ read: @escaping ValueReader<Value>) -> ValueReader<Value?> {
    { text throws(Expectation) in text.isEmpty ? nil : try read(text) }
}

/// An absolute path that stays what it says: no `..`, nothing invisible.
func path(_ text: String) throws(Expectation) -> String {
    let parts = text.split(separator: "/")
    guard text.hasPrefix("/"), !parts.isEmpty, !parts.contains("..") else {
        throw Expectation(text: "expected a path from the root, as /var/lib/bluezone")
    }
    return "/" + parts.joined(separator: "/")
}

/// Names of beacon formats between commas or blanks, at least one.
func formats(_ text: String) throws(Expectation) -> [BeaconFormat] {
    let all = BeaconFormat.allCases.map(\.description)
    var formats: [BeaconFormat] = []
    for name in text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
        guard let format = BeaconFormat(name: name) else {
            throw Expectation(text: "\"\(name)\" is no beacon format; expected \(alternatives(all)), or both")
        }
        if !formats.contains(format) { formats.append(format) }
    }
    if formats.isEmpty { throw Expectation(text: "expected \(alternatives(all)), or both with a comma between") }
    return formats
}

/// Nil for `any`, else names of regions between commas or blanks.
func regions(_ text: String) throws(Expectation) -> Set<String>? {
    if text == "any" { return nil }
    let names = text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }).map(String.init)
    guard !names.isEmpty, names.allSatisfy(isRegion) else {
        throw Expectation(text: "expected any, or codes of regions with commas, as VN or VN-04")
    }
    return Set(names)
}

/// One region's code.
func region(_ text: String) throws(Expectation) -> String {
    guard isRegion(text) else { throw Expectation(text: "expected a region's code, as VN-04") }
    return text
}

/// One region's code: 2 to 20 capital letters, digits and hyphens.
func isRegion(_ text: String) -> Bool {
    (2...20).contains(text.utf8.count)
        && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D }
}

/// Nil for `auto`, else the name of an adapter.
func adapter(_ text: String) throws(Expectation) -> String? {
    if text == "auto" { return nil }
    guard let number = text.dropping("hci"), let value = UInt16(number), String(value) == number else {
        throw Expectation(text: "expected auto, or an adapter's name as hci0")
    }
    return text
}

func controlBus(_ text: String) throws(Expectation) -> ControlBus {
    switch text {
    case "system": return .system
    case "none": return .none
    default:
        guard text.hasPrefix("unix:"), text.contains("=") else {
            throw Expectation(text: "expected system, none, or a D-Bus address as unix:path=/run/example/bus")
        }
        return .address(text)
    }
}

func source(_ text: String) throws(Expectation) -> SourceURL {
    guard let url = SourceURL(text) else { throw Expectation(text: SourceURL.expectation) }
    return url
}

func sourceFolder(_ text: String) throws(Expectation) -> SourceURL {
    let url = try source(text)
    guard url == url.folder else { throw Expectation(text: "expected a / at the end") }
    return url
}

/// A folder of a server that things are sent to: no file.
func server(_ text: String) throws(Expectation) -> SourceURL {
    guard let url = SourceURL(text), url.scheme != .file, url == url.folder else {
        throw Expectation(text: "expected https://host/ or https://host/path/")
    }
    return url
}

/// A name or key that stands in a header or a message: plain text without blanks.
func word(_ text: String) throws(Expectation) -> String {
    guard (1...200).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw Expectation(text: "expected plain text without blanks, 200 characters at most")
    }
    return text
}

/// `a`, `a or b`, `a, b or c`.
func alternatives(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.joined() }
    return words.dropLast().joined(separator: ", ") + " or " + last
}

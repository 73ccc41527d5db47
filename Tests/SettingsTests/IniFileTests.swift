// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Settings

struct IniFileTests {
    private func parse(_ text: String) -> (entries: [IniFile.Entry], problems: [String]) {
        let (entries, problems) = IniFile.parse(Array(text.utf8), file: "f")
        return (entries, problems.map(\.description))
    }

    @Test func `entries carry section, key, value and line`() {
        let (entries, problems) = parse("# first\n[A]\nx = 1\n\n[B c]\ny=a b ; why\nz: 2")
        #expect(problems.isEmpty)
        #expect(
            entries == [
                IniFile.Entry(section: "A", key: "x", value: "1", line: 3),
                IniFile.Entry(section: "B c", key: "y", value: "a b", line: 6),
                IniFile.Entry(section: "B c", key: "z", value: "2", line: 7),
            ])
    }

    @Test func `a mark at the start, Windows line ends and a missing last line end are all right`() {
        let (entries, problems) = parse("\u{FEFF}[A]\r\nx=1\r\ny=\r\nz=3")
        #expect(problems.isEmpty)
        #expect(entries.map(\.value) == ["1", "", "3"])
        #expect(entries.map(\.line) == [2, 3, 4])
    }

    @Test func `an indented line is a line of its own, not the one above continued`() {
        let (entries, problems) = parse("[A]\nx=1\n   y=2\n   and more\n")
        #expect(entries.map(\.key) == ["x", "y"])
        #expect(problems == ["f:4: expected [Section], Key=Value or a # comment"])
    }

    @Test func `every line that is not understood is told, with its number`() {
        let (entries, problems) = parse("nonsense\n[A\nx=1\nmore nonsense\n[B]\ny=2")
        #expect(
            problems == [
                "f:1: expected [Section], Key=Value or a # comment", "f:2: the section's ] is missing",
                "f:4: expected [Section], Key=Value or a # comment",
            ])
        #expect(entries.map(\.key) == ["x", "y"])
    }

    @Test func `a line longer than libinih's buffer is refused whole, not cut`() {
        let (entries, problems) = parse("[A]\nx=" + String(repeating: "1", count: 500) + "\ny=2\n")
        #expect(entries.map(\.key) == ["y"])
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("f:2: the line is 502 bytes long; at most ") == true)
    }

    @Test func `control characters and bytes that are no text are refused`() {
        let bytes: [UInt8] = Array("[A]\nx=a".utf8) + [0] + Array("b\ny=".utf8) + [0xFF, 0xFE] + Array("\nz=3".utf8)
        let (entries, problems) = IniFile.parse(bytes, file: "f")
        #expect(entries.map(\.key) == ["z"])
        #expect(problems.map(\.line) == [2, 3])
    }

    @Test func `a section name that libinih would cut is refused`() {
        let (_, problems) = parse("[" + String(repeating: "S", count: 60) + "]\n")
        #expect(problems == ["f:1: the section's name is too long"])
    }

    @Test func `a file that is not there is an error that says so`() {
        #expect {
            try IniFile.read("/nonexistent/x.conf")
        } throws: { error in
            "\(error)" == "cannot read the configuration: open /nonexistent/x.conf: No such file or directory"
        }
    }

    @Test func `a folder in place of a file is an error, not a crash`() throws {
        let folder = try ScratchFolder()
        #expect(throws: SettingsError.self) { try IniFile.read(folder.path) }
    }

    @Test func `a file too large for a configuration is refused unread`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write(String(repeating: "# fill\n", count: 200_000), to: "big.conf")
        #expect {
            try IniFile.read(path)
        } throws: {
            "\($0)".contains("longer than a configuration can be")
        }
    }

    @Test func `no bytes whatever stop the parser`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let bytes = (0..<400).map { _ in Array("[]=;:#\n \tab\0\u{7F}".utf8).randomElement(using: &generator) ?? 0 }
            let (entries, _) = IniFile.parse(bytes, file: "f")
            #expect(entries.allSatisfy { $0.line >= 1 })
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Testing

@testable import AuthorityPages

struct CSVTests {
    @Test(arguments: [
        "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", " =1", "\u{FEFF}=1", "|x", "%x", "＝1",
        "=cmd|' /C calc'!A0",
    ])
    func `nothing is taken for a formula`(text: String) {
        let field = CSVWriter.field(text)
        #expect(field.hasPrefix("\"'"))
        #expect(field.hasSuffix("\""))
    }

    @Test func `numbers stay numbers and quotes are doubled`() {
        #expect(CSVWriter.field("72636") == "72636")
        #expect(CSVWriter.field("13.68") == "13.68")
        #expect(CSVWriter.field("Cao Bằng") == "\"Cao Bằng\"")
        #expect(CSVWriter.field("a\"b,c") == "\"a\"\"b,c\"")
        #expect(CSVWriter.field("") == "\"\"")
    }

    @Test func `what is written is read again`() {
        var table = CSVWriter()
        table.add(["Hà Nội", "a\"b", "c,d", "1"])
        table.add(["x\ny", "", "z"])
        #expect(CSVReader.rows(table.text) == [["Hà Nội", "a\"b", "c,d", "1"], ["x\ny", "", "z"]])
    }

    @Test func `Vietnamese spreadsheets' semicolons are separators too`() {
        #expect(CSVReader.rows("VN-04;2020-12-31; 72636 \r\n") == [["VN-04", "2020-12-31", "72636"]])
    }

    @Test(arguments: ["", "\"", "\"\"\"", ",,,", "\r\n\r\n", "a\"b", String(repeating: "\"", count: 999)])
    func `odd tables are read as something`(text: String) {
        #expect(CSVReader.rows(text).count <= text.utf8.count + 1)
    }

    @Test func `a table of provinces is read, and says which line is wrong`() throws {
        let provinces = try Province.read(
            csv: "code,name,population,source\n# x\nVN-04,Cao Bằng,530856,\"a, b\"\nVN-HN,Hà Nội\n")
        #expect(provinces.map(\.population) == [530_856, nil])
        #expect(provinces.first?.source == "a, b")
        for (text, line) in [
            ("VN-04\n", 1), ("\nVN-04,x,530.856\n", 2), ("VN-04,x,-1\n", 1), ("VN-04,x\nVN-04,y\n", 2),
        ] {
            #expect { try Province.read(csv: text) } throws: { ($0 as? ProvinceFault)?.line == line }
        }
    }
}

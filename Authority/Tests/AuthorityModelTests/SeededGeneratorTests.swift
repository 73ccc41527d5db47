// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Testing

struct SeededGeneratorTests {
    /// An export that an earlier program began is finished by this one with the same files.
    @Test func `a seed always gives the same numbers`() {
        // HMAC-SHA256, by Python's hmac, of 0, 1 and 2 as eight bytes, the lowest first; four words of each, the last one first.
        let expected: [UInt64] = [
            0x63F0_6C67_D4E4_8899, 0x3957_4261_A35D_C501, 0x2991_8D2B_8942_B344, 0x9F0C_D9B9_4097_FE49,
            0x8DBA_9327_BE8E_1617, 0x6307_684B_EB1C_02F9, 0xD894_2F7C_4F9C_46A3, 0x3B34_5D4E_3F7A_9922,
            0x677E_64E1_6C27_DDFB, 0xA59E_E0F4_1841_CC64, 0xC3B6_B698_DB0B_A3BA, 0xBE56_3A67_7F03_34D6,
        ]
        var generator = SeededGenerator(seed: Array(0..<32))
        #expect(expected.map { _ in generator.next() } == expected)
        var same = SeededGenerator(seed: Array(0..<32))
        #expect(same.next() == expected[0])
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The SHA and AES instructions' way of the matcher's limit. Part of matcher.c.
static const uint8_t label[16] __attribute__((aligned(16))) = "EN-RPI";
static const int constants[10] = {1, 2, 4, 8, 16, 32, 64, 128, 0x1b, 0x36};

enum { ABREAST_NOW = ABREAST_KEYS };

static void encrypt(__m128i one, uint32_t first, identifier *made) {
    __m128i schedule[11];
    schedule[0] = one;
    for (int round = 0; round < 10; round++) {
        __m128i mixed = _mm_aesenclast_si128(
            _mm_shuffle_epi8(one, _mm_set1_epi32(0x0c0f0e0d)), _mm_set1_epi32(constants[round]));
        one = _mm_xor_si128(one, _mm_slli_si128(one, 4));
        one = _mm_xor_si128(_mm_xor_si128(one, _mm_slli_si128(one, 8)), mixed);
        schedule[round + 1] = one;
    }
    const __m128i begin = _mm_xor_si128(schedule[0], _mm_load_si128((const __m128i *)label));
    for (uint32_t at = 0; at < DAY; at += 8) {
        __m128i block[8];
        for (uint32_t of = 0; of < 8; of++) block[of] = _mm_xor_si128(begin, _mm_set_epi32((int)(first + at + of), 0, 0, 0));
#pragma GCC unroll 9
        for (int round = 1; round < 10; round++)
            for (int of = 0; of < 8; of++) block[of] = _mm_aesenc_si128(block[of], schedule[round]);
        for (uint32_t of = 0; of < 8; of++) _mm_storeu_si128((__m128i *)(made + at + of), _mm_aesenclast_si128(block[of], schedule[10]));
    }
}

static void exposure(const key *keys) {
    __m128i one[ABREAST_NOW];
    for (int at = 0; at < ABREAST_NOW; at++) one[at] = _mm_loadu_si128((const __m128i *)keys[at].bytes);
    sha_identifier_keys(one);
    for (int at = 0; at < ABREAST_NOW; at++) {
        identifier made[DAY];
        encrypt(one[at], keys[at].first, made);
        look_up(made, DAY);
    }
}

static void bluezone(const key *keys) {
    sha_block blocks[ABREAST_NOW];
    identifier made[48];
    for (int at = 0; at < ABREAST_NOW; at++) sha_salted_block(keys[at].bytes, blocks[at]);
    for (int number = 0, held = 0; number < CHAIN; number++) {
        sha_link(blocks);
        for (int at = 0; at < ABREAST_NOW; at++) {
            fold((const uint32_t *)blocks[at], 1, &made[held++]);
            if (held == 48) look_up(made, 48), held = 0;
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The way of AVX-512 and VAES of the matcher's limit. Part of matcher.c.
#include <immintrin.h>

static const uint8_t label[16] __attribute__((aligned(16))) = "EN-RPI";
static const int constants[10] = {1, 2, 4, 8, 16, 32, 64, 128, 0x1b, 0x36};

enum { ABREAST_NOW = 32 };

/// Which of eight identifiers pass, by their low halves.
static inline unsigned passing(__m512i low) {
    const __m512i six = _mm512_set1_epi64(63);
    __m512i word = _mm512_i64gather_epi64(_mm512_srl_epi64(low, _mm_cvtsi32_si128(filter_shift)), filter, 8);
    __m512i one = _mm512_srlv_epi64(word, _mm512_and_si512(low, six));
    __m512i other = _mm512_srlv_epi64(word, _mm512_and_si512(_mm512_srli_epi64(low, 6), six));
    return _mm512_test_epi64_mask(_mm512_and_si512(one, other), _mm512_set1_epi64(1));
}

static inline void look_up(const identifier *all, int count) {
    for (int first = 0; first < count; first += 48) {
        uint64_t passed = 0;
#pragma GCC unroll 6
        for (int at = 0; at < 48; at += 8) {
            __m512i one = _mm512_loadu_si512(all + first + at), other = _mm512_loadu_si512(all + first + at + 4);
            __m512i low = _mm512_permutex2var_epi64(one, _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0), other);
            passed |= (uint64_t)passing(low) << at;
        }
        look_closer_at(all + first, passed);
    }
}

/// Round keys of sixteen keys, four in each vector.
static void expand(__m512i four[4], __m512i schedule[11][4]) {
    const __m512i last = _mm512_set1_epi32(0x0c0f0e0d);
    for (int at = 0; at < 4; at++) schedule[0][at] = four[at];
    for (int round = 0; round < 10; round++) {
        for (int at = 0; at < 4; at++) {
            __m512i mixed = _mm512_aesenclast_epi128(_mm512_shuffle_epi8(four[at], last), _mm512_set1_epi32(constants[round]));
            four[at] = _mm512_xor_si512(four[at], _mm512_bslli_epi128(four[at], 4));
            four[at] = _mm512_ternarylogic_epi32(four[at], _mm512_bslli_epi128(four[at], 8), mixed, 0x96);
            schedule[round + 1][at] = four[at];
        }
    }
}

static void encrypt(const __m128i *schedule, uint32_t first, identifier *made) {
    const int slots = (int)first;
    __m512i round_key[11], slot = _mm512_set_epi32(slots + 3, 0, 0, 0, slots + 2, 0, 0, 0, slots + 1, 0, 0, 0, slots, 0, 0, 0);
    const __m512i next = _mm512_set_epi32(4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0);
    for (int round = 0; round <= 10; round++) round_key[round] = _mm512_broadcast_i32x4(schedule[16 * round]);
    const __m512i begin = _mm512_xor_si512(round_key[0], _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)label)));
    for (int at = 0; at < DAY; at += 48) {
        __m512i block[12];
        for (int of = 0; of < 12; of++) block[of] = _mm512_xor_si512(begin, slot), slot = _mm512_add_epi32(slot, next);
#pragma GCC unroll 9
        for (int round = 1; round < 10; round++)
            for (int of = 0; of < 12; of++) block[of] = _mm512_aesenc_epi128(block[of], round_key[round]);
        for (int of = 0; of < 12; of++)
            _mm512_storeu_si512(made + at + 4 * of, _mm512_aesenclast_epi128(block[of], round_key[10]));
    }
}

static void load(const key *keys, int words, sha_blocks blocks) {
    const __m512i places = _mm512_mullo_epi32(
        _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(sizeof *keys));
    const __m512i swap = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
    for (int stream = 0; stream < 2; stream++)
        for (int word = 0; word < words; word++)
            blocks[stream][word] = (lanes)_mm512_shuffle_epi8(
                _mm512_i32gather_epi32(places, keys[16 * stream].bytes + 4 * word, 1), swap);
}

static void exposure(const key *keys) {
    sha_blocks blocks;
    sha_states derived;
    load(keys, 4, blocks);
    lanes_identifier_keys(blocks, derived);
    for (int stream = 0; stream < 2; stream++) {
        const __m512i swap = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
        __m512i *word = (__m512i *)derived[stream], four[4], schedule[11][4];
        __m512i front = _mm512_unpacklo_epi32(word[0], word[1]), front_rest = _mm512_unpacklo_epi32(word[2], word[3]);
        __m512i back = _mm512_unpackhi_epi32(word[0], word[1]), back_rest = _mm512_unpackhi_epi32(word[2], word[3]);
        four[0] = _mm512_shuffle_epi8(_mm512_unpacklo_epi64(front, front_rest), swap);
        four[1] = _mm512_shuffle_epi8(_mm512_unpackhi_epi64(front, front_rest), swap);
        four[2] = _mm512_shuffle_epi8(_mm512_unpacklo_epi64(back, back_rest), swap);
        four[3] = _mm512_shuffle_epi8(_mm512_unpackhi_epi64(back, back_rest), swap);
        expand(four, schedule);
        for (int at = 0; at < 16; at++) {
            identifier made[DAY] __attribute__((aligned(64)));
            encrypt((const __m128i *)schedule + 4 * (at % 4) + at / 4, keys[16 * stream + at].first, made);
            look_up(made, DAY);
        }
    }
}

static void bluezone(const key *keys) {
    sha_blocks blocks;
    sha_states links;
    load(keys, 8, blocks);
    lanes_salt(blocks);
    for (int number = 0; number < CHAIN; number++) {
        lanes_link(links, blocks);
        for (int stream = 0; stream < 2; stream++) {
            const lanes *w = links[stream];
            const __m512i front = (__m512i)lanes_fold(w);
            const __m512i back =
                (__m512i)(w[4] >> 24 | (w[4] & 0xff00) | (w[5] >> 8 & 0xff0000) | (w[5] & 0xff00) << 16);
            unsigned some = passing(_mm512_unpacklo_epi32(front, back)), others = passing(_mm512_unpackhi_epi32(front, back));
            if ((some | others) == 0) continue;
            uint64_t low[16];
            _mm512_storeu_si512(low, _mm512_unpacklo_epi32(front, back));
            _mm512_storeu_si512(low + 8, _mm512_unpackhi_epi32(front, back));
            for (unsigned passed = some | others << 8; passed != 0; passed &= passed - 1) {
                // The last four bytes are not worth telling apart here.
                identifier one = {low[__builtin_ctz(passed)], 1};
                look_closer(&one);
            }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 of a few messages abreast by the x86 SHA extensions, and what both formats hash with it.
#pragma once
#include "sha_constants.h"
#include <immintrin.h>

#ifndef KEYS_ABREAST
#define KEYS_ABREAST 4
#endif
/// One message alone waits for each instruction's result; so many together keep the unit busy.
enum { ABREAST_KEYS = KEYS_ABREAST };

#define SHA_INLINE static inline __attribute__((always_inline))

/// The order that the instructions want: words A, B, E, F and C, D, G, H, most significant first.
typedef struct { __m128i abef, cdgh; } sha_state;
typedef __m128i sha_block[4]; ///< sixteen words

SHA_INLINE sha_state state_of(const uint32_t words[8]) {
    __m128i badc = _mm_shuffle_epi32(_mm_load_si128((const __m128i *)words), 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_load_si128((const __m128i *)(words + 4)), 0x1b);
    return (sha_state){_mm_alignr_epi8(badc, hgfe, 8), _mm_blend_epi16(hgfe, badc, 0xf0)};
}

SHA_INLINE void words_of(sha_state state, __m128i words[2]) {
    __m128i feba = _mm_shuffle_epi32(state.abef, 0x1b), dchg = _mm_shuffle_epi32(state.cdgh, 0xb1);
    words[0] = _mm_blend_epi16(feba, dchg, 0xf0);
    words[1] = _mm_alignr_epi8(dchg, feba, 8);
}

SHA_INLINE void sha_four_rounds(sha_state *state, __m128i input) {
    state->cdgh = _mm_sha256rnds2_epu32(state->cdgh, state->abef, input);
    state->abef = _mm_sha256rnds2_epu32(state->abef, state->cdgh, _mm_shuffle_epi32(input, 0x0e));
}

/// The four message words that take the place of the ones sixteen rounds ago.
SHA_INLINE __m128i sha_extend(__m128i m0, __m128i m1, __m128i m2, __m128i m3) {
    return _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(m0, m1), _mm_alignr_epi8(m3, m2, 4)), m3);
}

/// One block on top of each state.
SHA_INLINE void sha_compress(sha_state states[ABREAST_KEYS], sha_block blocks[ABREAST_KEYS]) {
    sha_state state[ABREAST_KEYS];
    __m128i m[ABREAST_KEYS][4];
    for (int key = 0; key < ABREAST_KEYS; key++) {
        state[key] = states[key];
        for (int at = 0; at < 4; at++) m[key][at] = blocks[key][at];
    }
#pragma GCC unroll 16
    for (int four = 0; four < 16; four++) {
        const __m128i constants = _mm_load_si128((const __m128i *)&sha_round[4 * four]);
        for (int key = 0; key < ABREAST_KEYS; key++) {
            __m128i *w = m[key];
            if (four >= 4) w[four & 3] = sha_extend(w[four & 3], w[(four + 1) & 3], w[(four + 2) & 3], w[(four + 3) & 3]);
            sha_four_rounds(&state[key], _mm_add_epi32(w[four & 3], constants));
        }
    }
    for (int key = 0; key < ABREAST_KEYS; key++) {
        states[key].abef = _mm_add_epi32(states[key].abef, state[key].abef);
        states[key].cdgh = _mm_add_epi32(states[key].cdgh, state[key].cdgh);
    }
}

/// HKDF's label block, whose schedule is the same for all, on top of each state.
SHA_INLINE void sha_compress_label(sha_state states[ABREAST_KEYS]) {
    sha_state state[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) state[key] = states[key];
#pragma GCC unroll 16
    for (int four = 0; four < 16; four++)
        for (int key = 0; key < ABREAST_KEYS; key++)
            sha_four_rounds(&state[key], _mm_load_si128((const __m128i *)&sha_label_round[4 * four]));
    for (int key = 0; key < ABREAST_KEYS; key++) {
        states[key].abef = _mm_add_epi32(states[key].abef, state[key].abef);
        states[key].cdgh = _mm_add_epi32(states[key].cdgh, state[key].cdgh);
    }
}

SHA_INLINE __m128i swapped(__m128i bytes) {
    return _mm_shuffle_epi8(bytes, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

/// The second half of a block whose message ends in the middle.
SHA_INLINE void sha_end(sha_block block, int bits) {
    block[2] = _mm_set_epi32(0, 0, 0, SHA_END);
    block[3] = _mm_set_epi32(bits, 0, 0, 0);
}

/// HMAC's end: the inner digests under the outer states.
static __attribute__((noinline)) void sha_finish(sha_state outer[ABREAST_KEYS], const sha_state inner[ABREAST_KEYS]) {
    sha_block blocks[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) {
        words_of(inner[key], blocks[key]);
        sha_end(blocks[key], SHA_LENGTH_DIGEST);
    }
    sha_compress(outer, blocks);
}

/// States after a block of keys under a pad.
static __attribute__((noinline)) void sha_pad(
    sha_state states[ABREAST_KEYS], const sha_state keys[ABREAST_KEYS], uint32_t pad_word) {
    const __m128i pad = _mm_set1_epi32((int)pad_word);
    sha_block blocks[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) {
        words_of(keys[key], blocks[key]);
        blocks[key][0] = _mm_xor_si128(blocks[key][0], pad);
        blocks[key][1] = _mm_xor_si128(blocks[key][1], pad);
        blocks[key][2] = blocks[key][3] = pad;
        states[key] = state_of(sha_initial);
    }
    sha_compress(states, blocks);
}

/// HKDF-SHA256 of daily keys to identifier keys.
static void sha_identifier_keys(__m128i keys[ABREAST_KEYS]) {
    sha_state inner[ABREAST_KEYS], outer[ABREAST_KEYS], pseudorandom[ABREAST_KEYS];
    sha_block blocks[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) {
        blocks[key][0] = swapped(keys[key]);
        blocks[key][1] = _mm_set_epi32(0, 0, 0, SHA_END);
        blocks[key][2] = _mm_setzero_si128();
        blocks[key][3] = _mm_set_epi32(SHA_LENGTH_EXTRACT, 0, 0, 0);
        inner[key] = state_of(sha_zero_inner);
        pseudorandom[key] = state_of(sha_zero_outer);
    }
    sha_compress(inner, blocks);
    sha_finish(pseudorandom, inner);
    sha_pad(inner, pseudorandom, SHA_INNER_PAD);
    sha_pad(outer, pseudorandom, SHA_OUTER_PAD);
    sha_compress_label(inner);
    sha_finish(outer, inner);
    for (int key = 0; key < ABREAST_KEYS; key++) {
        __m128i words[2];
        words_of(outer[key], words);
        keys[key] = swapped(words[0]);
    }
}

/// The block of a Bluezone key and the first sub-key's salt, "bluzonesubkey".
SHA_INLINE void sha_salted_block(const uint8_t key[32], sha_block block) {
    block[0] = swapped(_mm_loadu_si128((const __m128i *)key));
    block[1] = swapped(_mm_loadu_si128((const __m128i *)(key + 16)));
    block[2] = _mm_set_epi32(0x79800000, 0x75626b65, 0x6f6e6573, 0x626c757a);
    block[3] = _mm_set_epi32(45 * 8, 0, 0, 0);
}

/// The next link of the chains: the digests of the blocks, which become the next blocks.
static __attribute__((noinline)) void sha_link(sha_block blocks[ABREAST_KEYS]) {
    sha_state states[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) states[key] = state_of(sha_initial);
    sha_compress(states, blocks);
    for (int key = 0; key < ABREAST_KEYS; key++) {
        words_of(states[key], blocks[key]);
        sha_end(blocks[key], 32 * 8);
    }
}

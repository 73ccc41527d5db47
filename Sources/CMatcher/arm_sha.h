// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 of a few messages abreast by the ARMv8 SHA2 instructions, and what both formats hash with it.
#pragma once
#include "sha_constants.h"
#include <arm_neon.h>

/// One message alone waits for each instruction's result; so many together keep the unit busy.
enum { ABREAST_KEYS = 4 };

#define SHA_INLINE static inline __attribute__((always_inline))

typedef struct { uint32x4_t abcd, efgh; } sha_state;
typedef uint32x4_t sha_block[4]; ///< sixteen words

SHA_INLINE sha_state state_of(const uint32_t words[8]) { return (sha_state){vld1q_u32(words), vld1q_u32(words + 4)}; }

SHA_INLINE void sha_four_rounds(sha_state *state, uint32x4_t input) {
    uint32x4_t abcd = state->abcd;
    state->abcd = vsha256hq_u32(abcd, state->efgh, input);
    state->efgh = vsha256h2q_u32(state->efgh, abcd, input);
}

SHA_INLINE void sha_add(sha_state states[ABREAST_KEYS], const sha_state more[ABREAST_KEYS]) {
    for (int key = 0; key < ABREAST_KEYS; key++) {
        states[key].abcd = vaddq_u32(states[key].abcd, more[key].abcd);
        states[key].efgh = vaddq_u32(states[key].efgh, more[key].efgh);
    }
}

/// One block on top of each state.
SHA_INLINE void sha_compress(sha_state states[ABREAST_KEYS], sha_block blocks[ABREAST_KEYS]) {
    sha_state state[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) state[key] = states[key];
#pragma GCC unroll 16
    for (int four = 0; four < 16; four++) {
        const uint32x4_t constants = vld1q_u32(&sha_round[4 * four]);
        for (int key = 0; key < ABREAST_KEYS; key++) {
            uint32x4_t *w = blocks[key];
            if (four >= 4)
                w[four & 3] = vsha256su1q_u32(
                    vsha256su0q_u32(w[four & 3], w[(four + 1) & 3]), w[(four + 2) & 3], w[(four + 3) & 3]);
            sha_four_rounds(&state[key], vaddq_u32(w[four & 3], constants));
        }
    }
    sha_add(states, state);
}

/// HKDF's label block, whose schedule is the same for all, on top of each state.
SHA_INLINE void sha_compress_label(sha_state states[ABREAST_KEYS]) {
    sha_state state[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) state[key] = states[key];
#pragma GCC unroll 16
    for (int four = 0; four < 16; four++)
        for (int key = 0; key < ABREAST_KEYS; key++) sha_four_rounds(&state[key], vld1q_u32(&sha_label_round[4 * four]));
    sha_add(states, state);
}

SHA_INLINE uint32x4_t swapped(uint8x16_t bytes) { return vreinterpretq_u32_u8(vrev32q_u8(bytes)); }

/// The second half of a block whose message ends in the middle.
SHA_INLINE void sha_end(sha_block block, uint32_t bits) {
    block[2] = vsetq_lane_u32((uint32_t)SHA_END, vdupq_n_u32(0), 0);
    block[3] = vsetq_lane_u32(bits, vdupq_n_u32(0), 3);
}

/// HMAC's end: the inner digests under the outer states.
static __attribute__((noinline)) void sha_finish(sha_state outer[ABREAST_KEYS], const sha_state inner[ABREAST_KEYS]) {
    sha_block blocks[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) {
        blocks[key][0] = inner[key].abcd;
        blocks[key][1] = inner[key].efgh;
        sha_end(blocks[key], SHA_LENGTH_DIGEST);
    }
    sha_compress(outer, blocks);
}

/// States after a block of keys under a pad.
static __attribute__((noinline)) void sha_pad(
    sha_state states[ABREAST_KEYS], const sha_state keys[ABREAST_KEYS], uint32_t pad_word) {
    const uint32x4_t pad = vdupq_n_u32(pad_word);
    sha_block blocks[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) {
        blocks[key][0] = veorq_u32(keys[key].abcd, pad);
        blocks[key][1] = veorq_u32(keys[key].efgh, pad);
        blocks[key][2] = blocks[key][3] = pad;
        states[key] = state_of(sha_initial);
    }
    sha_compress(states, blocks);
}

/// HKDF-SHA256 of daily keys to identifier keys.
static void sha_identifier_keys(uint8x16_t keys[ABREAST_KEYS]) {
    sha_state inner[ABREAST_KEYS], outer[ABREAST_KEYS], pseudorandom[ABREAST_KEYS];
    sha_block blocks[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) {
        sha_end(blocks[key], SHA_LENGTH_EXTRACT);
        blocks[key][0] = swapped(keys[key]);
        blocks[key][1] = blocks[key][2];
        blocks[key][2] = vdupq_n_u32(0);
        inner[key] = state_of(sha_zero_inner);
        pseudorandom[key] = state_of(sha_zero_outer);
    }
    sha_compress(inner, blocks);
    sha_finish(pseudorandom, inner);
    sha_pad(inner, pseudorandom, SHA_INNER_PAD);
    sha_pad(outer, pseudorandom, SHA_OUTER_PAD);
    sha_compress_label(inner);
    sha_finish(outer, inner);
    for (int key = 0; key < ABREAST_KEYS; key++) keys[key] = vrev32q_u8(vreinterpretq_u8_u32(outer[key].abcd));
}

/// The block of a Bluezone key and the first sub-key's salt, "bluzonesubkey".
SHA_INLINE void sha_salted_block(const uint8_t key[32], sha_block block) {
    static const uint32_t salt[8] = {0x626c757a, 0x6f6e6573, 0x75626b65, 0x79800000, 0, 0, 0, 45 * 8};
    block[0] = swapped(vld1q_u8(key));
    block[1] = swapped(vld1q_u8(key + 16));
    block[2] = vld1q_u32(salt);
    block[3] = vld1q_u32(salt + 4);
}

/// The next link of the chains: the digests of the blocks, which become the next blocks.
static __attribute__((noinline)) void sha_link(sha_block blocks[ABREAST_KEYS]) {
    sha_state states[ABREAST_KEYS];
    for (int key = 0; key < ABREAST_KEYS; key++) states[key] = state_of(sha_initial);
    sha_compress(states, blocks);
    for (int key = 0; key < ABREAST_KEYS; key++) {
        blocks[key][0] = states[key].abcd;
        blocks[key][1] = states[key].efgh;
        sha_end(blocks[key], 32 * 8);
    }
}

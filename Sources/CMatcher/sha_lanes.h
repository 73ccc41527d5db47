// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 of many messages side by side: lane n of every vector belongs to message n. Two streams of vectors run
// abreast, so that one computes while the other waits for its results. Before including: SHA_LANES, a power of two.
#pragma once
#include "sha_constants.h"

typedef uint32_t lanes __attribute__((vector_size(4 * SHA_LANES)));
enum { STREAMS = 2 };
/// States, or message blocks: word by word, most significant byte of each word first in the message.
typedef lanes sha_states[STREAMS][8];
typedef lanes sha_blocks[STREAMS][16];

#define SHA_INLINE static inline __attribute__((always_inline))

SHA_INLINE lanes lanes_of(uint32_t value) { return value - (lanes){0}; }
SHA_INLINE lanes rotated(lanes value, int right) { return value >> right | value << (32 - right); }

/// Round `number` over registers that stay where they are while their letters move on; sums are arranged so that the
/// longest chain from round to round is three instructions.
SHA_INLINE void sha_step(lanes r[8], int number, lanes input) {
    lanes a = r[-number & 7], b = r[(1 - number) & 7], c = r[(2 - number) & 7];
    lanes e = r[(4 - number) & 7], f = r[(5 - number) & 7], g = r[(6 - number) & 7];
    lanes head = r[(7 - number) & 7] + input + (g ^ (e & (f ^ g)));
    lanes large_e = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    lanes tail = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22));
    lanes most = (a & b) | (c & (a | b));
    r[(3 - number) & 7] = (r[(3 - number) & 7] + head) + large_e;
    r[(7 - number) & 7] = ((head + most) + large_e) + tail;
}

/// The message word that takes the place of the one sixteen rounds ago.
SHA_INLINE void sha_extend(lanes w[16], int number) {
    lanes near = w[(number + 1) & 15], far = w[(number + 14) & 15];
    lanes small_near = rotated(near, 7) ^ rotated(near, 18) ^ near >> 3;
    lanes small_far = rotated(far, 17) ^ rotated(far, 19) ^ far >> 10;
    w[number & 15] = (w[number & 15] + small_near) + (w[(number + 9) & 15] + small_far);
}

#define SHA_EIGHT(STEP, from) \
    STEP(from) STEP(from + 1) STEP(from + 2) STEP(from + 3) STEP(from + 4) STEP(from + 5) STEP(from + 6) STEP(from + 7)

SHA_INLINE void sha_add(sha_states states, lanes one[8], lanes other[8]) {
    for (int at = 0; at < 8; at++) {
        states[0][at] += one[at];
        states[1][at] += other[at];
    }
}

/// One block on top of each state. Uses the blocks up.
static __attribute__((noinline)) void sha_compress(sha_states states, sha_blocks blocks) {
    lanes one[8], other[8];
    for (int at = 0; at < 8; at++) one[at] = states[0][at], other[at] = states[1][at];
#define SHA_STEP(n) \
    sha_step(one, n, blocks[0][n] + lanes_of(sha_round[round + n])); \
    sha_step(other, n, blocks[1][n] + lanes_of(sha_round[round + n]));
#define SHA_EXTEND(n) \
    sha_extend(blocks[0], n); \
    sha_extend(blocks[1], n);
    int round = 0;
    SHA_EIGHT(SHA_STEP, 0)
    SHA_EIGHT(SHA_STEP, 8)
    for (round = 16; round < 64; round += 16) {
        SHA_EIGHT(SHA_EXTEND, 0)
        SHA_EIGHT(SHA_STEP, 0)
        SHA_EIGHT(SHA_EXTEND, 8)
        SHA_EIGHT(SHA_STEP, 8)
    }
    sha_add(states, one, other);
}

/// HKDF's label block, whose schedule is the same for all, on top of each state.
static __attribute__((noinline)) void sha_compress_label(sha_states states) {
    lanes one[8], other[8];
    for (int at = 0; at < 8; at++) one[at] = states[0][at], other[at] = states[1][at];
#define SHA_LABEL(n) \
    sha_step(one, n, lanes_of(sha_label_round[round + n])); \
    sha_step(other, n, lanes_of(sha_label_round[round + n]));
    for (int round = 0; round < 64; round += 8) { SHA_EIGHT(SHA_LABEL, 0) }
    sha_add(states, one, other);
}

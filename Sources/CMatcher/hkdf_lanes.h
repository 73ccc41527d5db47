// SPDX-License-Identifier: GPL-3.0-or-later
// What both formats hash, on SHA-256 of many messages side by side.
#pragma once
#include "sha_lanes.h"

SHA_INLINE void lanes_begin(sha_states states, const uint32_t from[8]) {
    for (int at = 0; at < 8; at++) states[0][at] = states[1][at] = lanes_of(from[at]);
}

/// Ends blocks of which `words` words are message, the last block of a message of `bits` bits.
SHA_INLINE void lanes_end(sha_blocks blocks, int words, uint32_t bits) {
    for (int stream = 0; stream < STREAMS; stream++) {
        blocks[stream][words] = lanes_of((uint32_t)SHA_END);
        for (int at = words + 1; at < 15; at++) blocks[stream][at] = lanes_of(0);
        blocks[stream][15] = lanes_of(bits);
    }
}

/// HMAC's end: the inner digests under the outer states.
SHA_INLINE void lanes_finish(sha_states outer, sha_states inner, sha_blocks blocks) {
    for (int stream = 0; stream < STREAMS; stream++)
        for (int at = 0; at < 8; at++) blocks[stream][at] = inner[stream][at];
    lanes_end(blocks, 8, SHA_LENGTH_DIGEST);
    sha_compress(outer, blocks);
}

/// States after a block of keys under a pad.
SHA_INLINE void lanes_pad(sha_states states, sha_states keys, uint32_t pad, sha_blocks blocks) {
    for (int stream = 0; stream < STREAMS; stream++) {
        for (int at = 0; at < 8; at++) {
            blocks[stream][at] = keys[stream][at] ^ lanes_of(pad);
            blocks[stream][8 + at] = lanes_of(pad);
        }
    }
    lanes_begin(states, sha_initial);
    sha_compress(states, blocks);
}

/// HKDF-SHA256 of daily keys, the first four words of each block, to identifier keys, the first four of `derived`.
SHA_INLINE void lanes_identifier_keys(sha_blocks blocks, sha_states derived) {
    sha_states inner, pseudorandom;
    lanes_end(blocks, 4, SHA_LENGTH_EXTRACT);
    lanes_begin(inner, sha_zero_inner);
    sha_compress(inner, blocks);
    lanes_begin(pseudorandom, sha_zero_outer);
    lanes_finish(pseudorandom, inner, blocks);

    lanes_pad(inner, pseudorandom, SHA_INNER_PAD, blocks);
    lanes_pad(derived, pseudorandom, SHA_OUTER_PAD, blocks);
    sha_compress_label(inner);
    lanes_finish(derived, inner, blocks);
}

/// Ends blocks that begin with 32-byte Bluezone keys: the first sub-key's salt, "bluzonesubkey".
SHA_INLINE void lanes_salt(sha_blocks blocks) {
    static const uint32_t salt[8] = {0x626c757a, 0x6f6e6573, 0x75626b65, 0x79800000, 0, 0, 0, 45 * 8};
    for (int at = 0; at < 8; at++) blocks[0][8 + at] = blocks[1][8 + at] = lanes_of(salt[at]);
}

/// The next link of the chains: digests of `blocks`, which become the next blocks.
SHA_INLINE void lanes_link(sha_states links, sha_blocks blocks) {
    lanes_begin(links, sha_initial);
    sha_compress(links, blocks);
    for (int stream = 0; stream < STREAMS; stream++)
        for (int at = 0; at < 8; at++) blocks[stream][at] = links[stream][at];
    lanes_end(blocks, 8, 32 * 8);
}

/// The first four bytes of the identifiers that a stream's sub-keys fold into, as filters take them.
SHA_INLINE lanes lanes_fold(const lanes link[8]) {
    return link[0] >> 24 | (link[1] >> 16 & 0xff00) | (link[2] >> 8 & 0xff0000) | (link[3] & 0xff000000);
}
